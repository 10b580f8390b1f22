package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.haul.job.InvalidField;
import dev.haul.pipeline.Store.Published.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreOpeningTest {
  @TempDir Path folder;

  @Nested
  class A_root {
    @Test
    void is_created_when_it_is_missing() {
      Path root = folder.resolve("not/there");
      try (var fixture = new StoreFixture(root)) {
        assertThat(fixture.publish(job("f"), bytes(10))).isInstanceOf(Stored.class);
      }
      assertThat(root.resolve("f")).hasBinaryContent(bytes(10));
    }

    @Test
    void may_be_a_link_to_a_folder() throws IOException {
      Files.createDirectory(folder.resolve("real"));
      Path root = Files.createSymbolicLink(folder.resolve("root"), Path.of("real"));
      try (var fixture = new StoreFixture(root)) {
        assertThat(fixture.publish(job("a/f"), bytes(10)))
            .isInstanceOfSatisfying(
                Stored.class,
                stored ->
                    assertThat(stored.file().location())
                        .isEqualTo(root.resolve("a/f").toUri().toString()));
      }
    }

    @Test
    void that_is_a_file_is_refused() throws IOException {
      refused(Files.createFile(folder.resolve("file")), "must be a folder but was");
    }

    @Test
    void below_a_file_is_refused() throws IOException {
      Files.createFile(folder.resolve("file"));
      refused(
          folder.resolve("file/root"), "must be a folder that can be written (Not a directory)");
    }

    @Test
    void whose_own_folder_cannot_be_written_is_refused() throws IOException {
      Files.createFile(folder.resolve(".haul"));
      refused(folder, "must be a folder that can be written");
    }

    @Test
    void that_vanishes_is_not_made_again() throws IOException {
      // Else the disk below an unmounted volume would fill.
      Path root = folder.resolve("root");
      var fixture = new StoreFixture(root);
      assertThat(fixture.publish(job("a/f"), bytes(10))).isInstanceOf(Stored.class);
      Files.move(root, folder.resolve("elsewhere"));
      assertThat(fixture.publish(job("a/f"), bytes(10))).isNotInstanceOf(Stored.class);
      assertThat(root).doesNotExist();
      Files.move(folder.resolve("elsewhere"), root);
      fixture.close();
    }

    private static void refused(Path root, String reason) {
      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> FileStore.open("videos", "group", StoreSettings.of(root)))
          .withMessageStartingWith("stores.videos.root " + reason)
          .withMessageEndingWith("but was '" + root + "'");
    }
  }

  @Nested
  class Settings {
    @ParameterizedTest
    @ValueSource(ints = {0, 65})
    void bound_the_writers(int writers) {
      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> StoreSettings.of(folder, Fsync.FILE, writers, 0, Duration.ofDays(7)))
          .withMessage("stores.<name>.writers must be from 1 to 64 but was " + writers);
    }

    @ParameterizedTest
    @EnumSource(Fsync.class)
    void leave_the_bytes_alone(Fsync fsync) throws IOException {
      try (var fixture =
          new StoreFixture(StoreSettings.of(folder, fsync, 1, 0, Duration.ofDays(7)))) {
        assertThat(fixture.publish(job("a/f"), bytes(100_000))).isInstanceOf(Stored.class);
        assertThat(fixture.read("a/f")).isEqualTo(bytes(100_000));
      }
    }
  }
}
