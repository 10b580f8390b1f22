package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static dev.haul.store.StoreFixture.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.haul.chaos.SmallDisk;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store.Published.NoRoom;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a real disk of 40 MiB, of which 4 MiB at most are reserved. */
class NoRoomTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private SmallDisk disk;
  private StoreFixture fixture;

  @BeforeEach
  void mount() throws IOException {
    disk = SmallDisk.at(folder.resolve("disk"), 40);
    if (!disk.canBeFull()) {
      disk.close();
    }
    assumeTrue(disk.canBeFull(), "this user may not mount a tmpfs");
    fixture = new StoreFixture(StoreSettings.of(disk.store()));
  }

  @AfterEach
  void unmount() {
    if (fixture != null) {
      fixture.close();
      disk.close();
      assertThat(fixture.leaks()).isEmpty();
    }
  }

  private static DownloadJob sized(String target, long size) {
    return job(target, OptionalLong.of(size), null, IfExists.REPLACE);
  }

  /** A part of which the first 100,000 bytes have come. */
  private Part begun(DownloadJob job) {
    return fixture.append(
        fixture.store.parts().begin(order(job, List.of())), bytes(100_000), 10_000);
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(30)).until(condition);
  }

  private boolean hasRoom(long bytes) {
    return StoreFixture.await(fixture.store.hasRoom(bytes));
  }

  @Test
  void blocks_of_a_large_part_are_taken_with_its_first_bytes_and_given_back_with_the_part()
      throws IOException {
    long before = fixture.store.usableBytes();
    Part part = begun(sized("a", 30 * MIB));
    // Behind it on the same strand.
    StoreFixture.await(fixture.publishing(sized("a", 30 * MIB), part));
    assertThat(fixture.store.usableBytes()).isBetween(before - 65536, before);

    // What was promised to the first is forgotten with the next look.
    until(() -> hasRoom(30 * MIB));
    Part other = begun(sized("b", 30 * MIB));
    until(() -> fixture.store.usableBytes() <= before - 30 * MIB);
    assertThat(fixture.partFiles())
        .singleElement()
        .satisfies(file -> assertThat(file).hasSize(30 * MIB));
    other.discard();
    until(() -> fixture.store.usableBytes() >= before - 65536);
  }

  @Test
  void a_part_finds_no_room_in_what_is_promised_to_others() {
    Part first = begun(sized("first", 15 * MIB));
    until(() -> !hasRoom(25 * MIB));
    Part second = begun(sized("second", 25 * MIB));

    assertThat(StoreFixture.await(fixture.publishing(sized("second", 25 * MIB), second)))
        .isEqualTo(
            new NoRoom(
                Failure.of(ErrorCode.NO_SPACE, "the store has no room for 25MiB"), 25 * MIB));
    first.discard();
    until(() -> hasRoom(25 * MIB));
  }

  @Test
  void a_file_that_the_disk_can_never_hold_is_refused_for_good() {
    DownloadJob job = sized("huge", 37 * MIB);

    assertThat(StoreFixture.await(fixture.publishing(job, begun(job))))
        .isEqualTo(
            new Refused(
                Failure.of(ErrorCode.NO_SPACE, "the disk of the store is too small for 37MiB")
                    .fatal()));
  }

  @Test
  void a_write_that_finds_the_disk_full_says_that_there_is_no_room_for_anything() {
    disk.fill();

    assertThat(fixture.publish(job("small"), bytes(1000)))
        .isEqualTo(new NoRoom(Failure.of(ErrorCode.NO_SPACE, "the store has no space left"), 0));
    assertThat(hasRoom(0)).isFalse();
    disk.free();
    assertThat(fixture.publish(job("small"), bytes(1000))).isInstanceOf(Stored.class);
  }
}
