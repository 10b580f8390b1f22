package dev.haul.fetch;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a secret comes from. Its messages name the setting, never what is there. */
interface SecretSource {
  int MAX_BYTES = 8192;

  /** The setting that says where. */
  String key();

  /**
   * Reads it as it is now; may block.
   *
   * @throws InvalidField when it is not there, empty, too long or not UTF-8
   */
  String read();

  /**
   * Reads it because a server refused what it was; may block.
   *
   * @throws InvalidField as {@link #read} does
   */
  default String readAfter(String refused) {
    return read();
  }

  static SecretSource of(
      String name,
      CredentialSettings settings,
      Map<String, String> variables,
      TokenSource zoomTokens) {
    String section = "credentials." + name + ".";
    if (settings.kind() == CredentialSettings.Kind.ZOOM) {
      return new InAccount(section + "kind", zoomTokens);
    }
    if (settings.secretFile() != null) {
      return new InFile(section + "secret-file", settings.secretFile());
    }
    String value = variables.getOrDefault(String.valueOf(settings.secretEnv()), "");
    return new InVariable(section + "secret-env", value);
  }

  /** An account that gives tokens. */
  record InAccount(String key, TokenSource tokens) implements SecretSource {
    @Override
    public String read() {
      return tokens.token();
    }

    @Override
    public String readAfter(String refused) {
      return tokens.tokenAfter(refused);
    }
  }

  /** A file, which others may replace while the worker runs. */
  record InFile(String key, Path file) implements SecretSource {
    @Override
    public String read() {
      byte[] bytes;
      if (!Files.isRegularFile(file)) {
        throw new InvalidField(key, "must name a file that is there");
      }
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      } catch (IOException e) {
        throw new InvalidField(key, "must name a file that can be read");
      }
      if (bytes.length == 0 || bytes.length > MAX_BYTES) {
        throw new InvalidField(key, "must name a file of 1 to " + MAX_BYTES + " bytes");
      }
      try {
        // As echo and editors end a line; what is left of others is refused.
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes))
            .toString()
            .replaceFirst("\r?\n\\z", "");
      } catch (CharacterCodingException e) {
        throw new InvalidField(key, "must name a file in UTF-8");
      }
    }
  }

  /** An environment variable, which stays as it is while the process lives. */
  final class InVariable implements SecretSource {
    private final String key;
    private final String value;

    InVariable(String key, String value) {
      this.key = key;
      this.value = value;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public String read() {
      if (value.isEmpty() || value.length() > MAX_BYTES) {
        throw new InvalidField(
            key, "must name an environment variable of 1 to " + MAX_BYTES + " characters");
      }
      return value;
    }
  }
}
