package dev.haul.store;

import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static dev.haul.store.StoreFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import dev.haul.policy.ByteRange;
import dev.haul.policy.Ranges;
import dev.haul.policy.Representation;
import dev.haul.policy.Validator;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts that were put down, by this worker or by one that died, and are taken up again. */
class ResumedPartTest {
  private static final int SIZE = 20 << 20;
  private static final int HALF = SIZE / 2;
  private static final SourceUrl SOURCE = SourceUrl.parse("http://origin/file");

  @TempDir Path root;
  private final byte[] content = bytes(SIZE);
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(root);
  }

  @AfterEach
  void close() {
    fixture.close();
    assertThat(fixture.leaks()).isEmpty();
  }

  private static Representation representation() {
    return new Representation(
        PartKey.digest(SOURCE.text()),
        new Validator("\"tag\""),
        OptionalLong.of(SIZE),
        "video/mp4");
  }

  private Part begin(StoreFixture by, ToldDigest... told) {
    return by.store.parts().begin(StoreFixture.order(job("f"), List.of(told), representation()));
  }

  private void write(Part part, int from, int to) {
    for (int at = from; at < to; at += 50_000) {
      part.write(at, fixture.buffer(content, at, Math.min(50_000, to - at)));
    }
  }

  private Part half() {
    Part part = begin(fixture);
    write(part, 0, HALF);
    return part;
  }

  private static @Nullable Part resume(StoreFixture by) {
    return resume(by, Algorithm.SHA256);
  }

  private static @Nullable Part resume(StoreFixture by, Algorithm algorithm) {
    Future<@Nullable Part> part = by.store.parts().resume(key(job("f")), SOURCE, algorithm);
    return part == null ? null : await(part);
  }

  private static Part resumed(StoreFixture by) {
    Part part = resume(by);
    if (part == null) {
      throw new AssertionError("nothing is kept");
    }
    return part;
  }

  /** Another worker on the same root, to which the partition goes. */
  private StoreFixture next(long generation) {
    var next = new StoreFixture(root, generation);
    return next;
  }

  private void assertWhole(Published published) throws IOException {
    assertThat(published)
        .isInstanceOfSatisfying(
            Stored.class,
            stored -> assertThat(stored.file().checksum()).isEqualTo(Digests.sha256(content)));
    assertThat(fixture.read("f")).isEqualTo(content);
    assertThat(fixture.partFiles()).isEmpty();
  }

  @Test
  void a_file_that_an_earlier_worker_made_longer_is_cut_to_its_bytes() throws IOException {
    DownloadJob announced =
        StoreFixture.job("f", OptionalLong.of(2L * SIZE), null, IfExists.REPLACE);
    var unsized =
        new Representation(
            PartKey.digest(SOURCE.text()), new Validator("\"tag\""), OptionalLong.empty(), null);
    Part part = fixture.store.parts().begin(StoreFixture.order(announced, List.of(), unsized));
    write(part, 0, HALF);
    await(part.keep());
    assertThat(fixture.partFiles()).anySatisfy(file -> assertThat(file).hasSize(2L * SIZE));
    try (StoreFixture next = next(2)) {
      Part rest = resumed(next);
      write(rest, HALF, SIZE);

      assertWhole(await(next.publishing(job("f"), rest)));
    }
  }

  /**
   * Bytes in order go past the page cache, those ahead of others through it: here they come in
   * turns, in pieces of any size and from any place, while the part goes from worker to worker.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void a_part_is_whole_however_its_bytes_came_and_whoever_wrote_them(int seed) throws IOException {
    var random = new Random(seed);
    Part part = begin(fixture);
    for (int generation = 2; part.bytes() < SIZE; ) {
      List<ByteRange> gaps = Ranges.of(part.ranges()).gaps(SIZE);
      ByteRange gap = gaps.get(random.nextInt(gaps.size()));
      long begin = random.nextInt(3) > 0 ? gap.from() : random.nextLong(gap.from(), gap.to());
      int to = (int) Math.min(gap.to(), begin + 1 + random.nextInt(3 << 20));
      write(part, (int) begin, to);
      if (random.nextInt(5) == 0) {
        await(part.keep());
        if (random.nextBoolean()) {
          fixture.close();
          fixture = next(generation++);
        }
        // Of a few bytes nothing is kept.
        Part kept = resume(fixture);
        part = kept == null ? begin(fixture) : kept;
      }
    }

    assertWhole(await(fixture.publishing(job("f"), part)));
  }

  @Nested
  class A_part_of_a_job_that_moved_to_another_partition {
    private final Partition other = new Partition("retry", 7);
    private final PartKey there = new PartKey(other, key(job("f")).id(), key(job("f")).url());

    private @Nullable Part resumedThere(StoreFixture by) {
      await(by.store.parts().adopt(there));
      Future<@Nullable Part> part = by.store.parts().resume(there, SOURCE, Algorithm.SHA256);
      return part == null ? null : await(part);
    }

    @Test
    void goes_on_there_with_the_other_partitions_owner() throws IOException {
      await(half().keep());
      await(fixture.store.parts().release(key(job("f"))));
      assertThat(resume(fixture)).as("it is not here any more").isNull();

      try (var owner = new StoreFixture(root, 2)) {
        await(owner.store.parts().claim(other, 2));
        Part part = resumedThere(owner);
        assertThat(part).isNotNull();
        assertThat(part.ranges()).containsExactly(new ByteRange(0, HALF));
        assertThat(resumedThere(owner)).as("it is taken once").isNull();
        write(part, HALF, SIZE);
        assertWhole(await(owner.publishing(job("f"), part)));
      }
    }

    @Test
    void is_not_found_when_nothing_was_released() {
      await(fixture.store.parts().release(key(job("f"))));
      await(fixture.store.parts().claim(other, 1));
      assertThat(resumedThere(fixture)).isNull();
    }

    @Test
    void goes_when_nobody_comes_for_it() throws IOException {
      await(half().keep());
      await(fixture.store.parts().release(key(job("f"))));
      for (Path file : fixture.partFiles()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      }
      await(fixture.store.parts().claim(other, 1));
      assertThat(fixture.partFiles()).isEmpty();
    }
  }

  @Nested
  class A_part_that_was_put_down {
    @Test
    void goes_on_where_it_stopped() throws IOException {
      await(half().keep());
      Part part = resumed(fixture);

      assertThat(part.ranges()).containsExactly(new ByteRange(0, HALF));
      assertThat(part.representation()).isEqualTo(representation());
      write(part, HALF, SIZE);
      assertWhole(await(fixture.publishing(job("f"), part)));
    }

    @Test
    void goes_on_although_its_last_bytes_are_not_written_yet() throws IOException {
      var _ = half().keep();
      Part part = resumed(fixture);

      assertThat(part.bytes()).isEqualTo(HALF);
      write(part, HALF, SIZE);
      assertWhole(await(fixture.publishing(job("f"), part)));
    }

    @Test
    void is_taken_up_once() {
      await(half().keep());

      assertThat(resume(fixture)).isNotNull();
      assertThat(resume(fixture)).isNull();
    }

    @Test
    void belongs_to_its_source_alone() {
      await(half().keep());

      assertThat(
              fixture
                  .store
                  .parts()
                  .resume(key(job("f")), SourceUrl.parse("http://mirror/file"), Algorithm.SHA256))
          .isNull();
    }

    @Test
    void gives_way_to_one_that_has_more() throws IOException {
      await(half().keep());
      Part other = begin(fixture);
      write(other, 0, HALF + 1_000_000);
      await(other.keep());

      assertThat(resumed(fixture).bytes()).isEqualTo(HALF + 1_000_000);
    }

    @Test
    void is_removed_when_the_job_has_ended() {
      await(half().keep());
      fixture.store.parts().forget(key(job("f")));
      fixture.close();

      assertThat(root.resolve(".haul/parts")).isDirectoryNotContaining("regex:.*journal");
      assertThat(partFiles()).isEmpty();
      fixture = next(2);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void may_be_hashed_in_another_way(Algorithm algorithm) {
      await(half().keep());
      Part part = resume(fixture, algorithm);
      if (part == null) {
        throw new AssertionError("nothing is kept");
      }
      write(part, HALF, SIZE);
      DownloadJob wanted =
          job("f", OptionalLong.of(SIZE), Digests.of(algorithm, content), job("f").ifExists());

      assertThat(await(fixture.publishing(wanted, part))).isInstanceOf(Stored.class);
    }

    @Test
    void is_not_kept_when_it_is_small_or_cannot_be_continued() {
      Part small = begin(fixture);
      write(small, 0, 50_000);
      await(small.keep());
      Part other = fixture.store.parts().begin(StoreFixture.order(job("f"), List.of()));
      write(other, 0, HALF);
      await(other.keep());

      assertThat(resume(fixture)).isNull();
    }
  }

  private List<Path> partFiles() {
    try {
      return fixture.partFiles();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Nested
  class Bytes_out_of_order {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void are_hashed_right_once_they_are_all_here(boolean crashed) throws IOException {
      Part part = begin(fixture);
      write(part, 15 << 20, 18 << 20);
      write(part, 5 << 20, 10 << 20);
      write(part, 0, 3 << 20);
      await(part.keep());
      StoreFixture by = crashed ? next(2) : fixture;
      Part on = resumed(by);
      assertThat(on.ranges())
          .containsExactly(
              new ByteRange(0, 3 << 20),
              new ByteRange(5 << 20, 10 << 20),
              new ByteRange(15 << 20, 18 << 20));
      write(on, 18 << 20, SIZE);
      write(on, 3 << 20, 5 << 20);
      write(on, 10 << 20, 15 << 20);

      assertWhole(await(by.publishing(job("f"), on)));
      if (crashed) {
        by.close();
      }
    }

    @Test
    void do_not_hide_a_gap() {
      Part part = begin(fixture);
      write(part, 0, 1 << 20);
      write(part, 2 << 20, 3 << 20);

      assertThat(await(fixture.publishing(job("f"), part)))
          .isInstanceOfSatisfying(
              Refused.class,
              refused -> assertThat(refused.failure().message()).contains("has a gap"));
    }

    @Test
    void never_fill_a_part_for_good() {
      Part part = begin(fixture);
      for (int at = 0; at < 30_000; at += 10_000) {
        for (int piece = 0; piece < 8; piece++) {
          int position = piece * (2 << 20) + at;
          part.write(position, fixture.buffer(content, position, 10_000));
        }
      }
      org.awaitility.Awaitility.await().until(() -> !part.isFull());
      part.discard();
    }
  }

  @Nested
  class A_part_whose_worker_died {
    @Test
    void goes_on_at_its_last_checkpoint() throws IOException {
      Part lost = half();
      org.awaitility.Awaitility.await().until(() -> noted() >= 9 << 20);
      var heir = next(2);
      Part part = resumed(heir);

      assertThat(part.bytes()).isBetween(9L << 20, (long) HALF);
      write(part, (int) part.bytes(), SIZE);
      assertWhole(await(heir.publishing(job("f"), part)));
      heir.close();
      lost.discard();
    }

    /** How many bytes the journal says are here. */
    private long noted() throws IOException {
      for (Path file : partFiles()) {
        Journal.Entry entry = file.toString().endsWith(".journal") ? Journal.read(file) : null;
        if (entry != null) {
          return entry.runs().stream().mapToLong(run -> run.to() - run.from()).sum();
        }
      }
      return 0;
    }

    @Test
    void is_told_what_the_server_had_told_of_it() {
      var wrong = new ToldDigest("Repr-Digest", Checksum.parse("crc32c:00000000"));
      Part lost = begin(fixture, wrong);
      write(lost, 0, HALF);
      await(lost.keep());
      var heir = next(2);
      Part part = resumed(heir);
      write(part, HALF, SIZE);

      assertThat(await(heir.publishing(job("f"), part)))
          .isInstanceOfSatisfying(
              Refused.class,
              refused ->
                  assertThat(refused.failure().code()).isEqualTo(ErrorCode.CHECKSUM_MISMATCH));
      heir.close();
    }

    @Test
    void starts_over_when_the_file_does_not_hold_what_was_written() throws IOException {
      await(half().keep());
      Path file = file("");
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(4096), 1_000_000);
      }
      var heir = next(2);

      assertThat(resume(heir)).isNull();
      heir.close();
      assertThat(heir.partFiles()).isEmpty();
    }

    @Test
    void starts_over_when_the_file_is_shorter_than_it_was() throws IOException {
      await(half().keep());
      try (var channel = FileChannel.open(file(""), StandardOpenOption.WRITE)) {
        channel.truncate(HALF - 1);
      }
      var heir = next(2);

      assertThat(resume(heir)).isNull();
      heir.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 30})
    void goes_on_at_an_earlier_checkpoint_when_the_last_line_is_torn(int bytes) throws IOException {
      await(half().keep());
      try (var channel = FileChannel.open(file(".journal"), StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - bytes);
      }
      var heir = next(2);
      Part part = resumed(heir);
      assertThat(part.bytes()).isBetween(8L << 20, HALF - 1L);
      // What is noted from here on is no part of the torn line.
      await(part.keep());
      var third = next(3);

      assertThat(resumed(third).bytes()).isEqualTo(part.bytes());
      third.close();
      heir.close();
    }

    @Test
    void is_gone_when_its_journal_says_nothing() throws IOException {
      await(half().keep());
      Files.write(file(".journal"), bytes(300));
      var heir = next(2);

      assertThat(resume(heir)).isNull();
      assertThat(heir.partFiles()).isEmpty();
      heir.close();
    }

    @Test
    void is_swept_away_by_a_worker_that_lives_when_nobody_comes_for_it() throws IOException {
      await(half().keep());
      fixture.store.sweep();
      assertThat(partFiles()).hasSize(2);

      makeOld();
      fixture.store.sweep();
      org.awaitility.Awaitility.await().until(() -> partFiles().isEmpty());
      assertThat(resume(fixture)).isNull();
    }

    private void makeOld() throws IOException {
      Files.setLastModifiedTime(
          file(""), FileTime.from(Instant.now().minus(Duration.ofDays(7)).minusSeconds(60)));
    }

    @Test
    void is_gone_when_nobody_came_for_it_in_time() throws IOException {
      await(half().keep());
      makeOld();
      var heir = next(2);

      assertThat(resume(heir)).isNull();
      assertThat(heir.partFiles()).isEmpty();
      heir.close();
    }

    private Path file(String ending) {
      return partFiles().stream()
          .filter(file -> file.toString().endsWith(".journal") == !ending.isEmpty())
          .findFirst()
          .orElseThrow();
    }
  }
}
