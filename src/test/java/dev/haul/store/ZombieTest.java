package dev.haul.store;

import static dev.haul.store.StoreFixture.PARTITION;
import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import dev.haul.policy.Representation;
import dev.haul.policy.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two workers on one folder: one that was stopped and does not know that its partition went, and
 * the one that has it now.
 */
class ZombieTest {
  private static final int SIZE = 300_000;

  @TempDir Path root;
  private final byte[] content = bytes(SIZE);
  private StoreFixture zombie;

  @BeforeEach
  void open() {
    zombie = new StoreFixture(root);
  }

  @AfterEach
  void close() throws IOException {
    zombie.close();
    assertThat(zombie.leaks()).isEmpty();
  }

  private static DownloadJob wanted(IfExists ifExists) {
    return job("f", OptionalLong.empty(), null, ifExists);
  }

  private static void assertRefused(Published published) {
    assertThat(published)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.failure().code()).isEqualTo(ErrorCode.STORAGE);
              assertThat(refused.failure().message()).contains("went to another worker");
            });
  }

  @ParameterizedTest
  @CsvSource({"100, SKIP", "100, FAIL", "300000, REPLACE", "300000, FAIL"})
  void puts_no_file_under_a_name(int size, IfExists ifExists) throws IOException {
    DownloadJob job = wanted(ifExists);
    Part part = zombie.part(job, bytes(size), 50_000);
    try (var owner = new StoreFixture(root, 2)) {
      assertRefused(await(zombie.publishing(job, part)));
      assertThat(root.resolve("f")).doesNotExist();
      assertThat(owner.publish(job, content)).isInstanceOf(Stored.class);
    }
    assertThat(zombie.read("f")).isEqualTo(content);
    assertThat(zombie.partFiles()).isEmpty();
  }

  @Test
  void begins_no_part() throws IOException {
    try (var _ = new StoreFixture(root, 2)) {
      assertRefused(zombie.publish(wanted(IfExists.REPLACE), content));
      assertThat(root.resolve("f")).doesNotExist();
      assertThat(zombie.partFiles()).isEmpty();
    }
  }

  @Test
  void removes_no_part_of_its_successor() {
    Part old = resumable(zombie);
    await(old.keep());
    try (var owner = new StoreFixture(root, 2)) {
      zombie.store.parts().forget(StoreFixture.key(job("f")));
      Part part =
          await(
              java.util.Objects.requireNonNull(
                  owner
                      .store
                      .parts()
                      .resume(
                          StoreFixture.key(job("f")),
                          job("f").url(),
                          dev.haul.job.Checksum.Algorithm.SHA256)));

      assertThat(part).isNotNull();
      assertThat(await(owner.publishing(job("f"), part))).isInstanceOf(Stored.class);
    }
  }

  @Test
  void writes_into_a_part_that_was_taken_over_only_what_is_there_anyway() throws IOException {
    Part old =
        zombie.store.parts().begin(StoreFixture.order(job("f"), List.of(), representation()));
    old.write(0, zombie.buffer(content, 0, 100_000));
    old.write(100_000, zombie.buffer(content, 100_000, 100_000));
    org.awaitility.Awaitility.await().until(() -> !zombie.partFiles().isEmpty());
    try (var owner = new StoreFixture(root, 2)) {
      Part part = owner.part(job("f"), content, 50_000);
      old.write(200_000, zombie.buffer(content, 200_000, 100_000));
      assertThat(await(owner.publishing(job("f"), part))).isInstanceOf(Stored.class);
      assertRefused(await(zombie.publishing(job("f"), old)));
    }
    assertThat(zombie.read("f")).isEqualTo(content);
  }

  private Part resumable(StoreFixture by) {
    Part part = by.store.parts().begin(StoreFixture.order(job("f"), List.of(), representation()));
    part.write(0, by.buffer(content, 0, 200_000));
    part.write(200_000, by.buffer(content, 200_000, 100_000));
    return part;
  }

  private static Representation representation() {
    return new Representation(
        PartKey.digest(job("f").url().text()),
        new Validator("\"tag\""),
        OptionalLong.of(SIZE),
        null);
  }

  @Test
  void that_claims_too_late_leaves_its_successor_alone() throws IOException {
    try (var owner = new StoreFixture(root, 5)) {
      Part part = owner.part(job("f"), content, 50_000);
      await(zombie.store.parts().claim(PARTITION, 4));

      assertRefused(zombie.publish(job("f"), content));
      assertThat(await(owner.publishing(job("f"), part))).isInstanceOf(Stored.class);
    }
  }

  @Test
  void is_fenced_also_when_it_gets_the_partition_back() {
    Part old = zombie.part(job("f"), content, 50_000);
    try (var _ = new StoreFixture(root, 2)) {
      await(zombie.store.parts().claim(PARTITION, 3));

      assertRefused(await(zombie.publishing(job("f"), old)));
      assertThat(zombie.publish(job("f"), content)).isInstanceOf(Stored.class);
    }
  }

  @Test
  void of_a_group_that_was_deleted_does_not_keep_out_the_one_that_counts_anew() throws IOException {
    Path dead =
        Files.createDirectories(
            root.resolve(".haul/parts/group/jobs-0/00000000000000ff-0123-4567-1"));
    Files.write(dead.resolve("left"), bytes(10));
    await(zombie.store.parts().claim(PARTITION, 1));

    assertThat(dead).doesNotExist();
    assertThat(zombie.publish(job("f"), content)).isInstanceOf(Stored.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 30})
  void after_zombie_leaves_one_folder(int owners) throws IOException {
    for (int i = 0; i < owners; i++) {
      try (var owner = new StoreFixture(root, i + 2)) {
        await(resumable(owner).keep());
      }
    }
    try (var last = new StoreFixture(root, owners + 2)) {
      assertThat(Claim.entries(root.resolve(".haul/parts/group/jobs-0"))).hasSize(1);
      assertThat(last.partFiles()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Fsync.class)
  void a_partition_that_was_left_takes_no_part(Fsync fsync) throws IOException {
    zombie.close();
    zombie = new StoreFixture(StoreSettings.of(root, fsync, 4, 0, java.time.Duration.ofDays(7)));
    zombie.store.parts().leave(PARTITION);

    assertRefused(zombie.publish(job("f"), content));
    assertRefused(zombie.publish(job("f"), bytes(10)));
    assertThat(zombie.partFiles()).isEmpty();
  }
}
