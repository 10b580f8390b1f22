package dev.haul.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OriginPageTest {
  @Test
  void docs_origin_md_tells_all_parameters_as_they_are() throws IOException {
    assertThat(Files.readAllLines(Path.of("docs/origin.md")).stream().filter(OriginPageTest::isRow))
        .containsExactlyElementsOf(
            Arrays.stream(Parameter.values()).map(OriginPageTest::row).toList());
  }

  private static boolean isRow(String line) {
    return line.matches("\\| `[a-z-]+` \\|.*");
  }

  private static String row(Parameter parameter) {
    return "| `%s` | %s | %s |"
        .formatted(parameter.key(), parameter.shown().replace("|", " or "), parameter.meaning());
  }
}
