package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.PartKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tasks of the store by hand, so that each moment can be looked at. */
class FilePartTest {
  private static final PartKey KEY =
      new PartKey(
          new Partition("jobs", 0), new JobId("job"), SourceUrl.parse("http://origin/file"));

  @TempDir Path folder;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<ByteBuf> buffers = new ArrayList<>();
  private final WriteMemory memory = new WriteMemory();

  private FilePart part(Path path) {
    return new FilePart(
        KEY,
        new PartFile(
            name -> path.resolveSibling(name),
            "part",
            Algorithm.SHA256,
            List.of(),
            new WritePath(Long.MAX_VALUE, null),
            new Reservation(new DiskSpace(folder, 0), OptionalLong.empty(), 0),
            null),
        new Strand(tasks::add),
        new KeptParts(),
        memory);
  }

  private ByteBuf chunk(int size) {
    ByteBuf chunk = PooledByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(bytes(size));
    buffers.add(chunk);
    return chunk;
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @AfterEach
  void every_buffer_is_released() {
    assertThat(buffers).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
  }

  @Test
  void a_small_body_is_held_and_costs_no_task() {
    FilePart part = part(folder.resolve("part"));
    part.write(part.bytes(), chunk(FilePart.BATCH));

    assertThat(tasks).isEmpty();
    assertThat(folder).isEmptyDirectory();
    part.discard();
  }

  @Test
  void a_writer_that_respects_the_mark_never_queues_more_than_one_chunk_beyond_it() {
    FilePart part = part(folder.resolve("part"));
    var rooms = new AtomicInteger();
    part.onRoom(rooms::incrementAndGet);
    int pauses = 0;
    for (int i = 0; i < 1000; i++) {
      if (part.isFull()) {
        pauses++;
        while (part.isFull()) {
          tasks.remove().run();
        }
        assertThat(part.queuedBytes()).isLessThanOrEqualTo(memory.share(1) / 2);
        assertThat(rooms).hasValue(pauses);
      }
      part.write(part.bytes(), chunk(16 << 10));
      assertThat(part.queuedBytes()).isLessThan(memory.share(1) + (16 << 10));
    }
    part.discard();
    runAll();

    assertThat(pauses).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_part_that_several_connections_fill_has_room_again_whatever_each_has_begun() {
    FilePart part = part(folder.resolve("part"));
    var rooms = new AtomicInteger();
    part.onRoom(rooms::incrementAndGet);
    for (int connection = 0; connection < 5; connection++) {
      part.write((long) connection << 20, chunk(FilePart.BATCH - 1));
    }
    assertThat(part.isFull()).isFalse();

    // This one is large enough to go by itself; what the others hold fills the part all the same.
    part.write(5 << 20, chunk(FilePart.BATCH + 1));
    part.write((5 << 20) + FilePart.BATCH + 1, chunk(4));
    assertThat(part.isFull()).isTrue();
    runAll();

    assertThat(part.isFull()).isFalse();
    assertThat(rooms).hasValue(1);
    part.discard();
    runAll();
  }

  @Test
  void a_full_part_has_room_again_however_little_it_may_hold() {
    for (int other = 0; other < 1000; other++) {
      memory.begin();
    }
    FilePart part = part(folder.resolve("part"));
    var rooms = new AtomicInteger();
    part.onRoom(rooms::incrementAndGet);
    for (int frame = 0; frame < 4; frame++) {
      part.write(part.bytes(), chunk(16 << 10));
    }
    assertThat(part.isFull()).as("64 KiB, which are no more than a batch").isTrue();
    runAll();
    assertThat(rooms).hasValue(1);

    part.write(part.bytes(), chunk(66 << 10));
    for (int late = 0; late < 5; late++) {
      part.write(part.bytes(), chunk(8 << 10));
    }
    runAll();
    assertThat(part.isFull()).isFalse();
    assertThat(rooms).hasValue(2);
    part.discard();
    runAll();
  }

  @Test
  void crumbs_of_a_body_are_copied_together() throws IOException {
    FilePart part = part(folder.resolve("part"));
    for (int i = 0; i < 20_000; i++) {
      part.write(part.bytes(), chunk(1));
    }

    // The first one is kept as it is: it may be the only one.
    assertThat(buffers).filteredOn(buffer -> buffer.refCnt() > 0).hasSize(1);
    assertThat(part.handOver()).isTrue();
    part.writeRest();
    part.file().close();
    assertThat(folder.resolve("part")).hasSize(20_000);
  }

  @Test
  void a_part_that_cannot_be_written_is_broken_and_says_why_at_its_end() {
    FilePart part = part(folder.resolve("missing/part"));
    part.write(part.bytes(), chunk(100_000));
    part.write(part.bytes(), chunk(100_000));
    runAll();

    assertThat(part.isBroken()).isTrue();
    assertThat(part.isFull()).isFalse();
    part.write(part.bytes(), chunk(100_000));
    assertThat(tasks).isEmpty();
    assertThat(part.handOver()).isTrue();
    assertThatThrownBy(part::writeRest).isInstanceOf(Refusal.class);
  }

  @Test
  void a_discard_overtakes_no_write() {
    FilePart part = part(folder.resolve("part"));
    part.write(part.bytes(), chunk(100_000));
    tasks.remove().run();
    assertThat(folder.resolve("part")).exists();
    part.write(part.bytes(), chunk(100_000));
    part.write(part.bytes(), chunk(100));
    part.discard();
    runAll();

    assertThat(folder).isEmptyDirectory();
  }

  static boolean hasFullDevice() {
    return Files.exists(Path.of("/dev/full"));
  }

  @Test
  @EnabledIf("hasFullDevice")
  void a_full_disk_is_told_as_such() throws IOException {
    try (var full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
      full.write(ByteBuffer.allocate(1));
      throw new AssertionError("/dev/full took a byte");
    } catch (IOException e) {
      assertThat(Refusal.failure(e))
          .isEqualTo(Failure.of(ErrorCode.NO_SPACE, "the store has no space left"));
    }
  }
}
