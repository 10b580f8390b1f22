package dev.haul.job;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as people type them: {@code 64KiB}, {@code 5MB}, {@code 1048576}. */
public final class SizeText {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,19}) ?(?:([kmgt])(i?)b|b)?");
  private static final String RULE = "must be a size such as 64KiB, 10MiB, 1GiB, 5MB or 1048576";
  private static final String PREFIXES = "kmgt";

  private SizeText() {}

  /**
   * @throws IllegalArgumentException with the rule, when the text is no size
   */
  public static long parse(String text) {
    Matcher matcher = SHAPE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    try {
      long bytes = Long.parseLong(matcher.group(1));
      if (matcher.group(2) != null) {
        int base = matcher.group(3).isEmpty() ? 1000 : 1024;
        for (int i = PREFIXES.indexOf(matcher.group(2)); i >= 0; i--) {
          bytes = Math.multiplyExact(bytes, base);
        }
      }
      return bytes;
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(RULE, e);
    }
  }

  /** The shortest form that {@link #parse} reads back. */
  public static String print(long bytes) {
    long count = bytes;
    int power = 0;
    while (count != 0 && count % 1024 == 0 && power < PREFIXES.length()) {
      count /= 1024;
      power++;
    }
    return power == 0
        ? Long.toString(bytes)
        : count + PREFIXES.substring(power - 1, power).toUpperCase(Locale.ROOT) + "iB";
  }
}
