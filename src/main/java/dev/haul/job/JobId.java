package dev.haul.job;

import java.util.regex.Pattern;

/**
 * Names one job: 1 to 128 of {@code A-Z a-z 0-9 . _ : -}. The key of every record about the job.
 */
public record JobId(String value) {
  public static final String RULE = "1 to 128 characters of A-Z a-z 0-9 . _ : -";
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /**
   * @throws InvalidField when the value breaks {@link #RULE}
   */
  public JobId {
    if (!isValid(value)) {
      throw new InvalidField("id", value, "must be " + RULE);
    }
  }

  public static boolean isValid(String value) {
    return SHAPE.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
