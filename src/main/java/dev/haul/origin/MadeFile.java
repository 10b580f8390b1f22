package dev.haul.origin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that a request finds, with its validators.
 *
 * @param name tells its bytes from those of others
 * @param etag null when it has none
 * @param modified Last-Modified; null when it has none
 */
record MadeFile(String name, long size, @Nullable String etag, @Nullable String modified) {
  private static final long DEFAULT_SIZE = 1 << 20;
  private static final Instant MODIFIED = Instant.parse("2020-02-02T02:02:02Z");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  /**
   * @param number of the request among those of its path
   */
  static MadeFile of(String path, Faults faults, int number) {
    boolean changed = number > faults.count(Parameter.CHANGE_AFTER).orElse(Integer.MAX_VALUE);
    String name = faults.text(Parameter.SEED).orElse(path) + (changed ? " changed" : "");
    long size = faults.bytes(Parameter.SIZE).orElse(DEFAULT_SIZE);
    return new MadeFile(name, size, etag(name, size, faults, number), modified(faults, changed));
  }

  private static @Nullable String etag(String name, long size, Faults faults, int number) {
    String tag = "\"%08x-%x".formatted(name.hashCode(), size);
    return switch (faults.text(Parameter.ETAG).orElse("strong")) {
      case "none" -> null;
      case "weak" -> "W/" + tag + '"';
      case "changing" -> tag + "-" + number + '"';
      default -> tag + '"';
    };
  }

  private static @Nullable String modified(Faults faults, boolean changed) {
    if (faults.is(Parameter.MODIFIED, "none")) {
      return null;
    }
    Optional<Instant> told = faults.value(Parameter.MODIFIED, Instant.class);
    return date(told.orElse(MODIFIED).plus(changed ? Duration.ofDays(1) : Duration.ZERO));
  }

  static String date(Instant instant) {
    return HTTP_DATE.format(instant);
  }

  /**
   * Whether a range may be answered with a part (RFC 9110 §13.1.5).
   *
   * @param ifRange the field, null when there is none
   */
  boolean isSame(@Nullable String ifRange) {
    return ifRange == null
        || (ifRange.startsWith("\"") && ifRange.equals(etag))
        || ifRange.equals(modified);
  }

  Source source(Faults faults) {
    var content = new Content(name);
    long wrong = faults.bytes(Parameter.CORRUPT).orElse(-1);
    return wrong < 0
        ? content
        : (position, into, count) -> {
          content.read(position, into, count);
          if (wrong >= position && wrong < position + count) {
            into[(int) (wrong - position)] ^= 1;
          }
        };
  }
}
