package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteQueueTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private DirectDisk disk;
  private final WriteQueue queue = new WriteQueue();
  private final List<ByteBuf> buffers = new ArrayList<>();

  /** Where the second connection begins. */
  private final int middle = 7 * MIB + 3;

  /** Of what the strand has written. */
  private long end;

  @BeforeEach
  void open() throws IOException {
    disk = DirectDisk.find(folder);
    // Elsewhere there are no writers to copy to, and the page cache takes all.
    assumeTrue(disk != null, "the file system of temporary files is neither ext4 nor XFS");
  }

  @AfterEach
  void close() {
    if (disk != null) {
      disk.close();
      assertThat(buffers).allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }
  }

  private Batch batch(byte[] content, int from, int to) {
    var batch = new Batch(from);
    ByteBuf buffer = Unpooled.directBuffer(to - from).writeBytes(content, from, to - from);
    buffers.add(buffer);
    batch.add(buffer, to - from);
    return batch;
  }

  private static byte[] content(Group group) {
    ByteBuffer all = ByteBuffer.allocate((int) group.size());
    for (ByteBuffer each : group.bytes()) {
      all.put(each);
    }
    return all.array();
  }

  @Test
  void what_goes_on_is_copied_behind_what_waits_at_its_place_in_a_block() {
    byte[] content = bytes(MIB);
    assertThat(queue.add(batch(content, 5000, 100_000), disk)).isEqualTo(1);
    assertThat(buffers.getFirst().refCnt()).isZero();
    assertThat(queue.add(batch(content, 100_000, 400_000), disk)).isEqualTo(2);

    Gathered first = (Gathered) queue.next();
    assertThat(first.position()).isEqualTo(5000);
    assertThat(first.from()).isEqualTo(5000 % disk.block());
    assertThat(first.to()).isEqualTo(DirectDisk.BUFFER);
    int second = (int) (5000 + first.size());
    assertThat(content(first)).isEqualTo(slice(content, 5000, second));
    assertThat(second % disk.block()).isZero();
    Group next = queue.next();
    assertThat(next.position()).isEqualTo(second);
    assertThat(next.size()).isEqualTo(400_000 - second);
    assertThat(queue.next()).isNull();
    first.release();
    next.release();
  }

  @Test
  void what_was_taken_is_not_added_to() {
    byte[] content = bytes(MIB);
    queue.add(batch(content, 0, 1000), disk);
    Group first = queue.next();
    assertThat(queue.add(batch(content, 1000, 3000), disk)).isEqualTo(1);
    assertThat(first.size()).isEqualTo(1000);
    Group second = queue.next();
    assertThat(second.position()).isEqualTo(1000);
    assertThat(content(second)).isEqualTo(slice(content, 1000, 3000));
    first.release();
    second.release();
  }

  @Test
  void what_does_not_follow_is_not_added_to_what_waits() {
    byte[] content = bytes(MIB);
    queue.add(batch(content, 0, 1000), disk);
    queue.add(batch(content, 2000, 3000), disk);
    Group first = queue.next();
    Group second = queue.next();
    assertThat(first.size()).isEqualTo(1000);
    assertThat(second.position()).isEqualTo(2000);
    first.release();
    second.release();
  }

  @Test
  void without_a_writer_buffers_wait_as_they_are_and_are_taken_together() {
    byte[] content = bytes(MIB);
    queue.add(batch(content, 0, 1000), null);
    queue.add(batch(content, 1000, 2000), null);
    queue.add(batch(content, 3000, 4000), null);
    Group first = queue.next();
    assertThat(content(first)).isEqualTo(slice(content, 0, 2000));
    Group second = queue.next();
    assertThat(second.position()).isEqualTo(3000);
    assertThat(queue.isEmpty()).isTrue();
    first.release();
    second.release();
  }

  @Test
  void the_last_writer_is_filled_and_the_rest_waits_as_it_is() {
    byte[] content = bytes(MIB);
    List<Aio.Writer> others = new ArrayList<>();
    for (int i = 1; i < DirectDisk.WRITERS; i++) {
      others.add(disk.take());
    }
    assertThat(queue.add(batch(content, 0, MIB), disk)).isEqualTo(2);
    Group first = queue.next();
    Group second = queue.next();
    assertThat(first.size()).isEqualTo(DirectDisk.BUFFER);
    assertThat(second).isInstanceOf(Loose.class);
    assertThat(content(second)).isEqualTo(slice(content, DirectDisk.BUFFER, MIB));
    first.release();
    second.release();
    others.forEach(disk::giveBack);
  }

  @Test
  void nothing_is_added_to_what_does_not_wait_last() {
    byte[] content = bytes(MIB);
    queue.add(batch(content, 0, 1000), disk);
    queue.add(batch(content, 5000, 6000), null);
    assertThat(queue.add(batch(content, 1000, 2000), disk)).isEqualTo(1);
    for (long position : new long[] {0, 5000, 1000}) {
      Group next = queue.next();
      assertThat(next.position()).isEqualTo(position);
      assertThat(next.size()).isEqualTo(1000);
      next.release();
    }
  }

  @Test
  void what_grows_is_not_taken_and_the_calls_make_up_for_it() {
    byte[] content = bytes(MIB);
    assertThat(queue.add(batch(content, 0, 1000), disk)).isEqualTo(1);
    var asked = new AtomicInteger();
    var slow =
        new UnpooledDirectByteBuf(UnpooledByteBufAllocator.DEFAULT, 1000, 1000) {
          @Override
          public ByteBuf readBytes(ByteBuffer target) {
            assertThat(queue.next()).isNull();
            asked.incrementAndGet();
            return super.readBytes(target);
          }
        };
    slow.writeBytes(content, 1000, 1000);
    var meanwhile = new Batch(1000);
    meanwhile.add(slow, 1000);
    assertThat(queue.add(meanwhile, disk)).isEqualTo(1);
    assertThat(asked).hasValue(1);
    Group grown = queue.next();
    assertThat(content(grown)).isEqualTo(slice(content, 0, 2000));
    grown.release();
    assertThat(slow.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void all_arrives_while_both_sides_are_at_work(int seed) throws Exception {
    var random = new Random(seed);
    byte[] content = bytes(20 * MIB + 17);
    int[] at = {0, middle};
    int[] ends = {middle, content.length};
    Path path = folder.resolve("file");
    try (FileChannel cached =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ExecutorService strand = Executors.newSingleThreadExecutor()) {
      DirectFile file = DirectFile.open(disk, path, cached);
      Future<?> done = strand.submit(() -> {});
      while (at[0] < ends[0] || at[1] < ends[1]) {
        boolean isFirst = at[0] < ends[0] && random.nextInt(4) > 0;
        int connection = isFirst || at[1] == ends[1] ? 0 : 1;
        int from = at[connection];
        int most = random.nextInt(400_000) + 1;
        int to = Math.min(ends[connection], from + 1 + random.nextInt(most));
        DirectDisk copies = connection == 0 && random.nextInt(5) > 0 ? disk : null;
        for (int calls = queue.add(batch(content, from, to), copies); calls > 0; calls--) {
          done = strand.submit(() -> writeNext(file, cached));
        }
        at[connection] = to;
      }
      done.get();
      assertThat(queue.isEmpty()).isTrue();
      file.flush();
      file.close();
    }

    assertThat(Files.readAllBytes(path)).isEqualTo(content);
    for (int i = 0; i < DirectDisk.WRITERS; i++) {
      assertThat(disk.take()).isNotNull();
    }
  }

  /** As a part does it: past the page cache as long as bytes follow each other. */
  private Void writeNext(DirectFile file, FileChannel cached) throws IOException {
    Group group = queue.next();
    if (group != null) {
      if (group.position() != end) {
        file.flush();
      }
      end = group.position() + group.size();
      if (group.position() >= middle || !file.write(group)) {
        long position = group.position();
        for (ByteBuffer each : group.bytes()) {
          while (each.hasRemaining()) {
            position += cached.write(each, position);
          }
        }
      }
      group.release();
    }
    return null;
  }

  private static byte[] slice(byte[] content, int from, int to) {
    return Arrays.copyOfRange(content, from, to);
  }
}
