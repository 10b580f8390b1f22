package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.haul.job.Checksum.Algorithm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
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
  private DirectDisk disk;
  private Path path;
  private FileChannel cached;

  @BeforeEach
  void open() throws IOException {
    disk = DirectDisk.find(folder);
    assumeTrue(disk != null, "the file system of temporary files is neither ext4 nor XFS");
    path = folder.resolve("file");
    cached = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @AfterEach
  void close() throws IOException {
    if (disk != null) {
      disk.close();
      cached.close();
    }
  }

  private DirectFile direct() throws IOException {
    return DirectFile.open(disk, path, cached);
  }

  private static Loose loose(byte[] content, int from, int to, int buffers) {
    List<ByteBuf> batch = new ArrayList<>();
    int share = (to - from) / buffers;
    for (int i = 0; i < buffers; i++) {
      int begin = from + i * share;
      int end = i == buffers - 1 ? to : begin + share;
      batch.add(Unpooled.directBuffer(end - begin).writeBytes(content, begin, end - begin));
    }
    return new Loose(from, batch);
  }

  private static boolean write(DirectFile file, byte[] content, int from, int to)
      throws IOException {
    return write(file, loose(content, from, to, 1));
  }

  private static boolean write(DirectFile file, Group group) throws IOException {
    try {
      return file.write(group);
    } finally {
      group.release();
    }
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
      Loose bytes = loose(content, from, to, Math.min(buffers, to - from));
      assertThat(write(file, bytes)).isTrue();
      assertThat(bytes.size()).isZero();
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
      write(file, content, from, to);
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
  void a_file_that_has_its_blocks_already_is_what_was_written() throws IOException {
    byte[] content = bytes(8 * MIB + 17);
    assertThat(new DiskSpace(folder, 0).fallocate().allocate(path, content.length)).isTrue();
    assertThat(path).hasSize(content.length);
    DirectFile file = direct();
    for (int from = 0; from < content.length; from += 100_000) {
      int to = Math.min(from + 100_000, content.length);
      assertThat(write(file, loose(content, from, to, 2))).isTrue();
    }
    file.flush();
    file.close();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void what_the_system_does_not_take_goes_through_the_page_cache() throws IOException {
    byte[] content = bytes(MIB);
    var file = new DirectFile(disk, -1, cached);
    for (int from = 0; from < MIB; from += MIB / 8) {
      assertThat(write(file, content, from, from + MIB / 8)).isTrue();
    }
    file.flush();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void writers_stay_with_a_file_that_pauses_until_others_want_them() throws IOException {
    byte[] content = bytes(MIB / 8);
    DirectFile file = direct();
    write(file, content, 0, content.length);
    file.pause();
    assertThat(writers()).hasSize(DirectDisk.WRITERS - 1).allSatisfy(disk::giveBack);

    List<Aio.Writer> others = writers();
    file.pause();
    assertThat(writers()).hasSize(1);
    others.forEach(disk::giveBack);
    file.close();
    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void a_writer_outlives_its_disk_while_it_is_lent() throws IOException {
    byte[] content = bytes(MIB / 8);
    DirectFile file = direct();
    write(file, content, 0, MIB / 16);
    disk.close();
    assertThat(write(file, content, MIB / 16, MIB / 8)).isFalse();
    file.close();

    assertThat(Files.readAllBytes(path)).isEqualTo(Arrays.copyOf(content, MIB / 16));
    assertThat(disk.take()).isNull();
  }

  private List<Aio.Writer> writers() {
    List<Aio.Writer> all = new ArrayList<>();
    for (Aio.Writer next = disk.take(); next != null; next = disk.take()) {
      all.add(next);
    }
    return all;
  }

  @Test
  void without_a_writer_the_page_cache_goes_on_where_the_file_ends() throws IOException {
    byte[] content = bytes(MIB);
    DirectFile file = direct();
    assertThat(write(file, content, 0, 100_000)).isTrue();
    file.flush();
    List<Aio.Writer> all = writers();

    assertThat(write(file, content, 100_000, 200_000)).isFalse();
    assertThat(path).hasSize(100_000);
    cached.write(ByteBuffer.wrap(content, 100_000, 100_000), 100_000);
    all.forEach(disk::giveBack);
    assertThat(write(file, content, 200_000, MIB)).isTrue();
    file.flush();
    file.close();

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void every_writer_comes_back_also_when_a_write_fails() throws IOException {
    var file = new DirectFile(disk, -1, cached);
    write(file, bytes(MIB), 0, MIB);
    file.flush();
    cached.close();
    assertThatThrownBy(
            () -> {
              write(file, bytes(2 * MIB), MIB, 2 * MIB);
              file.flush();
            })
        .isInstanceOf(IOException.class);
    assertThatThrownBy(file::close).isInstanceOf(IOException.class);

    assertThat(writers()).hasSize(DirectDisk.WRITERS);
  }

  @Test
  void a_part_that_breaks_keeps_no_writer_and_no_file_open() throws IOException {
    var part =
        new PartFile(
            folder::resolve,
            "part",
            Algorithm.SHA256,
            List.of(),
            new WritePath(Long.MAX_VALUE, disk),
            new Reservation(new DiskSpace(folder, 0), OptionalLong.of(4 * MIB), 0),
            null);
    byte[] content = bytes(MIB);
    for (int from = 0; from < MIB; from += MIB / 4) {
      Loose bytes = loose(content, from, from + MIB / 4, 1);
      part.write(bytes);
      bytes.release();
    }
    assertThat(writers()).hasSizeLessThan(DirectDisk.WRITERS).allSatisfy(disk::giveBack);
    var nowhere = new Loose(Long.MAX_VALUE - MIB, List.of(Unpooled.wrappedBuffer(content)));
    assertThatThrownBy(() -> part.write(nowhere)).isInstanceOf(IOException.class);

    assertThat(writers()).hasSize(DirectDisk.WRITERS);
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.filter(file -> leadsTo(file, folder.resolve("part")))).isEmpty();
    }
    part.delete();
    assertThat(folder.resolve("part")).doesNotExist();
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      // Closed meanwhile.
      return false;
    }
  }

  @Test
  void a_closed_file_takes_nothing() throws IOException {
    DirectFile file = direct();
    file.close();
    file.close();

    // Its descriptor may be another file's by now.
    assertThatThrownBy(() -> write(file, bytes(MIB), 0, MIB)).isInstanceOf(IOException.class);
    assertThat(path).hasSize(0);
  }
}
