package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Fsync.class)
class RefusedPublicationTest {
  @Parameter Fsync fsync;
  @TempDir Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(StoreSettings.of(root, fsync, 4, 0, Duration.ofDays(7)));
  }

  @AfterEach
  void nothing_is_left_behind() throws IOException {
    fixture.close();
    assertThat(fixture.leaks()).isEmpty();
    assertThat(fixture.partFiles()).isEmpty();
  }

  @Nested
  class A_part_that_is_not_what_the_job_wants {
    @ParameterizedTest
    @CsvSource({"100", "300000"})
    void is_refused_for_its_size_and_the_old_file_stays(int size) throws IOException {
      Files.writeString(root.resolve("f"), "old");
      DownloadJob job = job("f", OptionalLong.of(size + 1), null, IfExists.REPLACE);

      assertThat(fixture.publish(job, bytes(size)))
          .isEqualTo(
              new Refused(
                  Failure.of(
                      ErrorCode.SIZE_MISMATCH,
                      "expected " + (size + 1) + " bytes but received " + size)));
      assertThat(root.resolve("f")).hasContent("old");
    }

    @ParameterizedTest
    @CsvSource({"100", "300000"})
    void is_refused_for_its_checksum_and_the_old_file_stays(int size) throws IOException {
      Files.writeString(root.resolve("f"), "old");
      Checksum wanted = Digests.of(Algorithm.MD5, bytes(size + 1));
      DownloadJob job = job("f", OptionalLong.empty(), wanted, IfExists.REPLACE);

      assertThat(fixture.publish(job, bytes(size)))
          .isEqualTo(
              new Refused(
                  Failure.of(
                      ErrorCode.CHECKSUM_MISMATCH,
                      "expected "
                          + wanted
                          + " but received "
                          + Digests.of(Algorithm.MD5, bytes(size)))));
      assertThat(root.resolve("f")).hasContent("old");
    }
  }

  @Nested
  class A_target_that_must_not_exist {
    @Test
    void is_written_by_exactly_one_of_many() throws IOException {
      List<Future<Published>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        DownloadJob job = job("f", OptionalLong.empty(), null, IfExists.FAIL);
        // Held ones share a batch, streamed ones run beside it.
        all.add(
            fixture.publishing(
                job, fixture.part(job, bytes(i % 2 == 0 ? 1000 + i : 100_000 + i), 16 << 10)));
      }
      List<Published> ends = all.stream().map(StoreFixture::await).toList();

      List<Published> stored = ends.stream().filter(Stored.class::isInstance).toList();
      assertThat(stored).hasSize(1);
      assertThat(ends)
          .filteredOn(Refused.class::isInstance)
          .hasSize(7)
          .containsOnly(new Refused(Failure.of(ErrorCode.TARGET_EXISTS, "the target exists")));
      long winner = ((Stored) stored.getFirst()).file().bytes();
      assertThat(fixture.read("f")).isEqualTo(bytes((int) winner));
    }
  }

  @Nested
  class A_target_that_cannot_be_written {
    private Refused refused(String reason) {
      return new Refused(Failure.of(ErrorCode.STORAGE, reason).fatal());
    }

    @Test
    void is_refused_when_it_is_a_folder() throws IOException {
      Files.createDirectories(root.resolve("folder/full"));
      assertThat(fixture.publish(job("folder"), bytes(10)))
          .isEqualTo(refused("the target is a folder"));
    }

    @ParameterizedTest
    @CsvSource({"file/x", "file/x/y/z"})
    void is_refused_when_a_parent_is_a_file(String target) throws IOException {
      Files.createFile(root.resolve("file"));
      assertThat(fixture.publish(job(target), bytes(10)))
          .isEqualTo(refused("a parent of the target is a file"));
    }

    @ParameterizedTest
    @CsvSource({"link/x", "link/a/b/c", "inner/up/x"})
    void is_refused_when_a_link_leads_out_of_the_root(String target, @TempDir Path outside)
        throws IOException {
      Files.createDirectory(root.resolve("inner"));
      Files.createSymbolicLink(root.resolve("link"), outside);
      Files.createSymbolicLink(root.resolve("inner/up"), Path.of("../.."));

      assertThat(fixture.publish(job(target), bytes(10)))
          .isEqualTo(refused("a symbolic link in the target leads out of the store"));
      assertThat(outside).isEmptyDirectory();
    }

    @Test
    void is_reached_through_a_link_that_stays_inside() throws IOException {
      Files.createDirectory(root.resolve("inner"));
      Files.createSymbolicLink(root.resolve("link"), Path.of("inner"));

      assertThat(fixture.publish(job("link/x"), bytes(10))).isInstanceOf(Stored.class);
      assertThat(fixture.read("inner/x")).isEqualTo(bytes(10));
    }

    @Test
    void replaces_a_link_and_not_what_it_points_to(@TempDir Path outside) throws IOException {
      Path victim = Files.writeString(outside.resolve("victim"), "mine");
      Files.createSymbolicLink(root.resolve("f"), victim);

      assertThat(fixture.publish(job("f"), bytes(10))).isInstanceOf(Stored.class);
      assertThat(victim).hasContent("mine");
      assertThat(fixture.read("f")).isEqualTo(bytes(10));
    }
  }
}
