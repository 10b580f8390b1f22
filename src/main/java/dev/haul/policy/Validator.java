package dev.haul.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tells one version of a file from all others, as {@code If-Range} takes it (RFC 9110
 * §13.1.5): a strong entity tag, else a date of last modification that is strong by §8.8.2.2.
 *
 * @param value as the server wrote it
 */
public record Validator(String value) {
  private static final Pattern STRONG_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{0,1000}\"");

  /**
   * A file that changed within the second of its date may change once more without another date;
   * clocks of two machines may differ by more.
   */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  /**
   * The validator of an answer, null when it has none that is strong. A weak entity tag rules out
   * the date beside it: {@code If-Range} may hold a date only of a file that has no tag.
   *
   * @param date of the answer
   */
  public static @Nullable Validator of(
      @Nullable String etag, @Nullable String lastModified, @Nullable String date) {
    if (etag != null) {
      return STRONG_TAG.matcher(etag).matches() ? new Validator(etag) : null;
    }
    Instant modified = instant(lastModified);
    Instant answered = instant(date);
    boolean settled =
        modified != null && answered != null && !modified.plus(SETTLED).isAfter(answered);
    return settled && lastModified != null ? new Validator(lastModified) : null;
  }

  public boolean isTag() {
    return value.startsWith("\"");
  }

  /** Whether an answer is of another version, as far as its headers tell. */
  boolean contradicts(@Nullable String etag, @Nullable String lastModified) {
    String other = isTag() ? etag : lastModified;
    return other != null && !other.equals(value);
  }

  private static @Nullable Instant instant(@Nullable String date) {
    if (date == null) {
      return null;
    }
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
