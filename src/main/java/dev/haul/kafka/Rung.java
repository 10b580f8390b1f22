package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One topic in which jobs wait.
 *
 * @param delay how long a job stays in it, from a millisecond to 7 days
 */
public record Rung(String topic, Duration delay) {
  private static final String FIELD = "topics.retry";
  private static final Pattern DELAY = Pattern.compile("(.*[.=])(\\d{1,9})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(7);

  /**
   * @throws InvalidField when the topic has no valid name or the delay is out of range
   */
  public Rung {
    TopicSettings.checkName(FIELD, topic);
    if (!delay.isPositive() || delay.compareTo(LONGEST) > 0) {
      throw new InvalidField(FIELD, delay, "must have delays above 0 and up to 7 days");
    }
  }

  /** Reads {@code name=delay}, or a name whose end after a dot says the delay. */
  public static Rung parse(String text) {
    Matcher matcher = DELAY.matcher(text.strip());
    if (!matcher.matches()) {
      throw new InvalidField(
          FIELD, text, "must be name=delay, or a name that ends in a delay: haul.retry.10m");
    }
    String before = matcher.group(1);
    String name =
        before.endsWith("=") ? before.substring(0, before.length() - 1).strip() : text.strip();
    return new Rung(name, delay(Long.parseLong(matcher.group(2)), matcher.group(3)));
  }

  private static Duration delay(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** A text that {@link #parse} reads, and the shortest one for the default names. */
  @Override
  public String toString() {
    Matcher matcher = DELAY.matcher(topic);
    boolean told =
        matcher.matches()
            && delay(Long.parseLong(matcher.group(2)), matcher.group(3)).equals(delay);
    return told ? topic : topic + "=" + delay.toMillis() + "ms";
  }
}
