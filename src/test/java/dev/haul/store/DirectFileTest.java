package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Past the page cache of the real file system of the temporary folder. */
class DirectFileTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private final StorePool pool = new StorePool(2);
  private DirectDisk disk;
  private Path path;
  private FileChannel cached;

  @BeforeEach
  void open() throws IOException {
    disk = DirectDisk.find(folder, pool);
    assumeTrue(disk != null, "the file system of temporary files is neither ext4 nor XFS");
    path = folder.resolve("file");
    cached = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @AfterEach
  void close() throws IOException {
    pool.close();
    if (cached != null) {
      cached.close();
    }
  }

  private DirectFile direct() throws IOException {
    return DirectFile.open(disk, path, cached);
  }

  private static ByteBuffer[] batch(byte[] content, int from, int to, int buffers) {
    ByteBuffer[] batch = new ByteBuffer[buffers];
    int share = (to - from) / buffers;
    for (int i = 0; i < buffers; i++) {
      int begin = from + i * share;
      int end = i == buffers - 1 ? to : begin + share;
      batch[i] = ByteBuffer.allocateDirect(end - begin).put(content, begin, end - begin).flip();
    }
    return batch;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 65536, 1, false",
    "0, 65536, 4, true",
    "0, 1, 1, false",
    "1, 4096, 1, false",
    "4095, 100000, 3, false",
    "4096, 262144, 2, false",
    "5000, 270000, 5, true",
    "123457, 1000000, 7, false"
  })
  void a_file_is_what_was_written_wherever_it_begins(
      int begin, int step, int buffers, boolean flushes) throws IOException {
    byte[] content = bytes(3 * MIB + 17);
    cached.write(ByteBuffer.wrap(content, 0, begin), 0);
    DirectFile file = direct();
    for (int from = begin; from < content.length; from += step) {
      int to = Math.min(from + step, content.length);
      ByteBuffer[] batch = batch(content, from, to, Math.min(buffers, to - from));
      assertThat(file.write(from, batch)).isTrue();
      assertThat(Arrays.stream(batch).mapToInt(ByteBuffer::remaining).sum()).isEqualTo(to - from);
      if (flushes) {
        file.flush();
        assertThat(path).hasSize(to);
      }
      if (step == 1 && from == 100_000) {
        break;
      }
    }
    file.flush();
    file.close();

    int size = (int) Files.size(path);
    assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(content, size));
    assertThat(size).isGreaterThan(100_000);
  }

  @Test
  void random_writes_and_flushes_leave_the_bytes_in_their_places() throws IOException {
    var random = new Random(7);
    byte[] content = bytes(20 * MIB);
    DirectFile file = direct();
    for (int from = 0; from < content.length; ) {
      int to = Math.min(content.length, from + 1 + random.nextInt(400_000));
      file.write(from, batch(content, from, to, 1));
      if (random.nextInt(4) == 0) {
        file.flush();
      }
      from = to;
    }
    file.flush();
    file.close();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void threads_that_are_busy_hold_nothing_up() throws Exception {
    var hold = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      pool.execute(() -> {
        try {
          hold.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    byte[] content = bytes(MIB);
    DirectFile file = direct();
    file.write(0, batch(content, 0, MIB, 1));
    file.flush();
    file.close();
    hold.countDown();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void without_a_buffer_the_page_cache_goes_on_where_the_file_ends() throws IOException {
    byte[] content = bytes(MIB);
    DirectFile file = direct();
    assertThat(file.write(0, batch(content, 0, 100_000, 1))).isTrue();
    file.flush();
    List<ByteBuffer> all = new ArrayList<>();
    for (ByteBuffer next = disk.take(); next != null; next = disk.take()) {
      all.add(next);
    }

    assertThat(file.write(100_000, batch(content, 100_000, 200_000, 1))).isFalse();
    assertThat(path).hasSize(100_000);
    cached.write(ByteBuffer.wrap(content, 100_000, 100_000), 100_000);
    all.forEach(disk::giveBack);
    assertThat(file.write(200_000, batch(content, 200_000, MIB, 1))).isTrue();
    file.flush();
    file.close();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void every_buffer_comes_back_also_when_a_write_fails() throws IOException {
    DirectFile file = direct();
    file.write(0, batch(bytes(MIB), 0, MIB, 1));
    file.flush();
    file.close();
    assertThatThrownBy(
            () -> {
              file.write(MIB, batch(bytes(MIB), 0, MIB, 1));
              file.flush();
            })
        .isInstanceOf(IOException.class);
    file.close();

    int free = 0;
    while (disk.take() != null) {
      free++;
    }
    assertThat(free).isEqualTo(DirectDisk.BUFFERS);
  }
}
