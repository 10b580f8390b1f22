package dev.haul;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that names a test for each promise names tests that exist. */
class ReliabilityPageTest {
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

  @Test
  void every_test_that_the_page_names_exists() throws IOException {
    List<String> named =
        NAMED
            .matcher(Files.readString(Path.of("docs/reliability.md")))
            .results()
            .map(match -> match.group(1) + (match.group(2) == null ? "" : "." + match.group(2)))
            .distinct()
            .toList();
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(named).filteredOn(not(ReliabilityPageTest::exists)).isEmpty();
  }

  private static boolean exists(String test) {
    String type = test.replaceAll("\\..*", "");
    String method = test.substring(type.length()).replace(".", "");
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.endsWith(type + ".java"))
          .anyMatch(file -> text(file).contains(method.isEmpty() ? type : "void " + method + "("));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
