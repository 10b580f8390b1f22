package dev.haul.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.chaos.Violation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatcherTest {
  /** The SHA-256 of "abc", from FIPS 180-2. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path root;
  private Path file;
  private Watcher watcher;

  @BeforeEach
  void watch() {
    file = root.resolve("folder/file");
    watcher = new Watcher(List.of(root, root.resolve("missing")), Map.of(file, ABC));
  }

  private void write(Path path, String text) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void a_whole_file_is_remembered_with_its_digest() throws IOException {
    watcher.look();
    assertThat(watcher.sha256(file)).isEmpty();
    write(file, "abc");
    watcher.look();
    assertThat(watcher.sha256(file)).isEqualTo(ABC);
    assertThat(watcher.violations()).isEmpty();
  }

  @Test
  void a_file_that_is_seen_before_it_is_whole_is_found_though_it_becomes_whole()
      throws IOException {
    write(file, "ab");
    watcher.look();
    write(file, "abc");
    watcher.look();
    assertThat(watcher.violations()).extracting(Violation::kind).containsExactly(Kind.HALF_FILE);
    assertThat(watcher.sha256(file)).isEqualTo(ABC);
  }

  @Test
  void a_whole_file_that_is_harmed_later_is_found() throws IOException {
    write(file, "abc");
    watcher.look();
    write(file, "abd!");
    watcher.look();
    assertThat(watcher.violations()).extracting(Violation::kind).containsExactly(Kind.HALF_FILE);
  }

  @Test
  void a_name_that_no_job_has_is_found_but_not_in_the_folder_for_parts() throws IOException {
    write(root.resolve(".haul/parts/one"), "a");
    write(root.resolve("folder/file.part"), "a");
    watcher.look();
    assertThat(watcher.violations())
        .extracting(Violation::kind, Violation::subject)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Kind.LEFT_OVER, root.resolve("folder/file.part").toString()));
  }
}
