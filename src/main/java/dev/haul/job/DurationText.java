package dev.haul.job;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people type them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}.
 */
public final class DurationText {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,19})(ms|s|m|h|d)");
  private static final String RULE = "must be a duration such as 500ms, 10s, 5m, 2h, 1d or PT1H30M";

  /** Longest first. */
  private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", ChronoUnit.DAYS);
    UNITS.put("h", ChronoUnit.HOURS);
    UNITS.put("m", ChronoUnit.MINUTES);
    UNITS.put("s", ChronoUnit.SECONDS);
    UNITS.put("ms", ChronoUnit.MILLIS);
  }

  private DurationText() {}

  /**
   * @throws IllegalArgumentException with the rule, when the text is neither such nor ISO-8601
   */
  public static Duration parse(String text) {
    Matcher matcher = SHAPE.matcher(text.strip());
    try {
      return matcher.matches()
          ? Duration.ZERO.plus(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)))
          : Duration.parse(text.strip());
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(RULE, e);
    }
  }

  /** The shortest form that {@link #parse} reads back. */
  public static String print(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (var unit : UNITS.entrySet()) {
      long count = duration.dividedBy(unit.getValue().getDuration());
      if (count > 0 && Duration.of(count, unit.getValue()).equals(duration)) {
        return count + unit.getKey();
      }
    }
    return duration.toString();
  }
}
