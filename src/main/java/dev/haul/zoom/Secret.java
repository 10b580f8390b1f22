package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads secrets where the settings say they are. Messages name the setting, never what is there.
 */
final class Secret {
  private static final int MAX_BYTES = 8192;

  /** Those that begin with HAUL_ are settings. */
  private static final Pattern VARIABLE = Pattern.compile("(?!HAUL_)[A-Za-z_][A-Za-z0-9_]*");

  private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]+");

  private Secret() {}

  static void checkVariable(String key, @Nullable String variable) {
    if (variable != null && !VARIABLE.matcher(variable).matches()) {
      throw new InvalidField(
          key, "must name an environment variable that does not begin with HAUL_");
    }
  }

  /**
   * Reads a secret as it is now; blocks.
   *
   * @param key of the setting that names the file; that of the variable ends in -env
   * @throws InvalidField when there is none, or one that is no printable ASCII
   */
  static String read(
      String key, @Nullable Path file, @Nullable String variable, Map<String, String> variables) {
    if (file == null && variable == null) {
      throw new InvalidField(key, "must say where the secret is");
    }
    String text =
        file == null ? variables.getOrDefault(String.valueOf(variable), "") : read(key, file);
    if (text.length() > MAX_BYTES || !SENDABLE.matcher(text).matches()) {
      throw new InvalidField(
          file == null ? key.replace("-file", "-env") : key,
          "must hold a secret of 1 to 8192 printable ASCII characters");
    }
    return text;
  }

  private static String read(String key, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES + 2), StandardCharsets.UTF_8)
          .replaceFirst("\r?\n\\z", "");
    } catch (IOException e) {
      throw new InvalidField(key, "must name a file that can be read");
    }
  }
}
