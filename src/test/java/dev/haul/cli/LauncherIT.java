package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {
  @TempDir private Path folder;

  private static Path home() {
    return Path.of(System.getProperty("haul.home"));
  }

  @Test
  void starts_through_links() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), HaulProcess.install(folder));
    Path linkToLink = Files.createSymbolicLink(folder.resolve("another"), Path.of("link"));
    assertThat(linkToLink).isSymbolicLink();
    assertThat(link).isSymbolicLink();
    try (var haul = HaulProcess.start(linkToLink, home(), folder, "--version")) {
      assertThat(haul.exitCode()).as("%s", haul.err()).isZero();
      assertThat(haul.out()).startsWith("haul ");
    }
  }

  @Test
  void passes_arguments_and_exit_codes_on() throws Exception {
    try (var haul = HaulProcess.start(folder, "submit", "--label", "a=b c", "--priority=x y")) {
      assertThat(haul.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(haul.err()).contains("'x y'");
    }
  }

  @Test
  void says_in_one_line_where_it_looked_for_the_jar() throws Exception {
    try (var haul = HaulProcess.start(HaulProcess.install(folder), folder, folder, "--version")) {
      assertThat(haul.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(haul.err()).isEqualTo("haul: there is no haul.jar in " + folder + "\n");
    }
  }

  @Test
  void says_nothing_about_a_cache_that_the_jvm_refuses() throws Exception {
    Path installation = Files.createDirectory(folder.resolve("installation"));
    Files.createSymbolicLink(installation.resolve("haul.jar"), home().resolve("haul.jar"));
    Files.createSymbolicLink(installation.resolve("lib"), home().resolve("lib"));
    Path cache =
        installation.resolve("haul-" + System.getProperty("java.runtime.version") + ".aot");
    Files.writeString(cache, "no cache at all");
    try (var haul =
        HaulProcess.start(HaulProcess.install(folder), installation, folder, "--version")) {
      assertThat(haul.exitCode()).isZero();
      assertThat(haul.out()).startsWith("haul ");
      assertThat(haul.err()).isEmpty();
    }
    assertThat(cache).as("not made anew, as the jars are older").hasSize(15);
  }
}
