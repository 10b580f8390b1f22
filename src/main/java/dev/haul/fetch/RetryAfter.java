package dev.haul.fetch;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code Retry-After} (RFC 9110 §10.2.3): seconds, or a date in one of the three forms. */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(365);

  private RetryAfter() {}

  /** How long to wait; zero for a date in the past, null when the value says nothing. */
  static @Nullable Duration parse(@Nullable String value, Instant now) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    if (text.matches("[0-9]+")) {
      return text.length() > 8 ? LONGEST : shorter(Duration.ofSeconds(Long.parseLong(text)));
    }
    Instant at = date(text, now);
    return at == null
        ? null
        : at.isBefore(now) ? Duration.ZERO : shorter(Duration.between(now, at));
  }

  private static Duration shorter(Duration duration) {
    return duration.compareTo(LONGEST) < 0 ? duration : LONGEST;
  }

  private static @Nullable Instant date(String text, Instant now) {
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException _) {
      // Not the form in use today; recipients accept the two old ones too.
    }
    int century = now.atOffset(ZoneOffset.UTC).getYear() - 50;
    var rfc850 =
        new DateTimeFormatterBuilder()
            .appendPattern("EEEE, dd-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, century)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.ENGLISH);
    var asctime = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);
    for (DateTimeFormatter format : new DateTimeFormatter[] {rfc850, asctime}) {
      try {
        return LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
      } catch (DateTimeParseException _) {
        // Try the next form.
      }
    }
    return null;
  }
}
