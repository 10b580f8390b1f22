package dev.haul.zoom.testing;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.time.LocalDate;

/**
 * What a double is like.
 *
 * @param files of all meetings together, at least one for each
 * @param from the first day with a meeting
 * @param seed the same seed makes the same account
 * @param faults whether it shows faults
 * @param lightPerSecond quota, like {@code mediumPerSecond}
 * @param tokenLifetime of access tokens
 */
public record DoublePlan(
    int users,
    int meetings,
    int files,
    LocalDate from,
    int months,
    long seed,
    boolean faults,
    int lightPerSecond,
    int mediumPerSecond,
    Duration tokenLifetime) {

  /** The credentials that every double takes. */
  public static final String ACCOUNT_ID = "double-account";

  public static final String CLIENT_ID = "double-client";
  public static final String CLIENT_SECRET = "double-secret";

  /** The first refresh token of a user. */
  public static final String REFRESH_TOKEN = "double-refresh-0";

  /**
   * @throws InvalidField naming the number that breaks its rule
   */
  public DoublePlan {
    require(users >= 1, "users", users, "must be at least 1");
    require(meetings >= 0, "meetings", meetings, "must not be negative");
    require(files >= meetings, "files", files, "must be at least one for each meeting");
    require(files <= 9L * meetings, "files", files, "must be at most nine for each meeting");
    require(months >= 1 && months <= 120, "months", months, "must be from 1 to 120");
    require(lightPerSecond >= 1, "light-per-second", lightPerSecond, "must be at least 1");
    require(mediumPerSecond >= 1, "medium-per-second", mediumPerSecond, "must be at least 1");
    require(tokenLifetime.isPositive(), "token-lifetime", tokenLifetime, "must be above 0");
  }

  /** An account of a size, with the quotas of the plan Pro. */
  public static DoublePlan of(int meetings, int files, boolean faults) {
    return new DoublePlan(
        Math.max(2, meetings / 60),
        meetings,
        files,
        LocalDate.of(2025, 9, 15),
        14,
        1,
        faults,
        30,
        20,
        Duration.ofHours(1));
  }

  private static void require(boolean holds, String field, Object value, String rule) {
    if (!holds) {
      throw new InvalidField(field, value, rule);
    }
  }
}
