package dev.haul.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/configuration.md to what the records say. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs/configuration.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([a-z0-9.<>-]+)` \\| ([a-z0-9 ]+) \\| (?:`([^`]*)` )?\\| `(HAUL_[A-Z0-9_<>]+)` \\| \\S.* \\|$",
          Pattern.MULTILINE);
  private static final Pattern EXAMPLE =
      Pattern.compile("^```(yaml|properties)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private record Row(String key, String type, String byDefault, String variable) {}

  @Test
  void the_page_lists_every_key_with_its_type_default_and_variable() throws IOException {
    List<Row> rows =
        ROW.matcher(Files.readString(PAGE))
            .results()
            .map(row -> new Row(row.group(1), row.group(2), text(row.group(3)), row.group(4)))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            SettingsReference.of(Settings.defaults()).keys().stream()
                .map(ConfigurationPageTest::row)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void the_examples_are_valid(String extension, String text, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("haul." + extension), text);

    assertThatCode(() -> Settings.load(file, Map.of(), Map.of())).doesNotThrowAnyException();
  }

  static Stream<String[]> examples() throws IOException {
    List<MatchResult> examples = EXAMPLE.matcher(Files.readString(PAGE)).results().toList();
    assertThat(examples).hasSize(5);
    return examples.stream().map(example -> new String[] {example.group(1), example.group(2)});
  }

  private static Row row(SettingKey key) {
    boolean random = key.name().equals("worker.id");
    return new Row(
        key.name(),
        key.typeName(),
        random ? "<host name>-<four digits>" : key.byDefault(),
        SettingKey.variable(key.name()));
  }

  private static String text(@Nullable String cell) {
    return cell == null ? "" : cell;
  }
}
