package dev.haul.policy;

import dev.haul.job.SizeText;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes per second of all transfers together, at some time of the day: {@code 08:00-18:00=20MiB/s},
 * {@code 20MiB/s} or {@code unlimited}. A span may go over midnight.
 *
 * @param from null for all day, like {@code to}
 * @param to the first moment after it
 * @param bytesPerSecond 0 for no limit
 */
public record Allowance(@Nullable LocalTime from, @Nullable LocalTime to, long bytesPerSecond) {
  private static final String RULE = "must be such as 08:00-18:00=20MiB/s, 20MiB/s or unlimited";
  private static final String UNLIMITED = "unlimited";

  /**
   * @throws IllegalArgumentException naming the form that the text breaks
   */
  public static Allowance parse(String text) {
    String[] sides = text.split("=", -1);
    if (sides.length == 1) {
      return new Allowance(null, null, rate(sides[0].strip()));
    }
    String[] times = sides[0].split("-", -1);
    if (sides.length != 2 || times.length != 2) {
      throw new IllegalArgumentException(RULE);
    }
    try {
      return new Allowance(
          LocalTime.parse(times[0].strip()),
          LocalTime.parse(times[1].strip()),
          rate(sides[1].strip()));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(RULE, e);
    }
  }

  private static long rate(String text) {
    if (text.equals(UNLIMITED)) {
      return 0;
    }
    if (!text.endsWith("/s")) {
      throw new IllegalArgumentException(RULE);
    }
    long rate = SizeText.parse(text.substring(0, text.length() - 2));
    if (rate < 1) {
      throw new IllegalArgumentException(RULE);
    }
    return rate;
  }

  /** Of those that cover a time the first counts; without one there is no limit. */
  public static long bytesPerSecond(List<Allowance> allowances, LocalTime time) {
    for (Allowance allowance : allowances) {
      if (allowance.covers(time)) {
        return allowance.bytesPerSecond;
      }
    }
    return 0;
  }

  private boolean covers(LocalTime time) {
    if (from == null || to == null || from.equals(to)) {
      return true;
    }
    boolean begun = !time.isBefore(from);
    boolean over = !time.isBefore(to);
    return from.isBefore(to) ? begun && !over : begun || !over;
  }

  @Override
  public String toString() {
    String rate = bytesPerSecond == 0 ? UNLIMITED : SizeText.print(bytesPerSecond) + "/s";
    return from == null ? rate : from + "-" + to + "=" + rate;
  }
}
