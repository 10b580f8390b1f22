package dev.haul.store;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** Keys from where the settings say they are; a file is read again now and then. */
final class S3Keys implements AwsCredentialsProvider {
  private static final long READ_EVERY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  private record Reading(AwsCredentials keys, long nanos) {}

  private final String section;
  private final S3Settings settings;
  private final Map<String, String> variables;

  /** Replaced by whoever finds it old; a second reading does no harm. */
  private volatile Reading latest;

  /**
   * @param section of the settings, with a dot at its end
   * @throws InvalidField when there is no secret; its message does not show it
   */
  S3Keys(String section, S3Settings settings, Map<String, String> variables) {
    this.section = section;
    this.settings = settings;
    this.variables = variables;
    this.latest = new Reading(read(), System.nanoTime());
  }

  @Override
  public AwsCredentials resolveCredentials() {
    Reading known = latest;
    if (settings.secretKeyFile() == null || System.nanoTime() - known.nanos < READ_EVERY_NANOS) {
      return known.keys;
    }
    AwsCredentials keys;
    try {
      keys = read();
    } catch (InvalidField e) {
      // While somebody replaces the file: what was good may still be.
      keys = known.keys;
    }
    latest = new Reading(keys, System.nanoTime());
    return keys;
  }

  private AwsCredentials read() {
    boolean inFile = settings.secretKeyFile() != null;
    String secret =
        inFile ? file() : variables.getOrDefault(String.valueOf(settings.secretKeyEnv()), "");
    if (!SECRET.matcher(secret).matches()) {
      throw new InvalidField(
          section + (inFile ? "secret-key-file" : "secret-key-env"),
          "must hold a secret key of 1 to 1024 printable ASCII characters");
    }
    return AwsBasicCredentials.create(String.valueOf(settings.accessKeyId()), secret);
  }

  private String file() {
    try (InputStream in = Files.newInputStream(settings.secretKeyFile())) {
      return new String(in.readNBytes(2048), StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
    } catch (IOException e) {
      throw new InvalidField(section + "secret-key-file", "must name a file that can be read");
    }
  }
}
