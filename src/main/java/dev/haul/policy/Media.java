package dev.haul.policy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A media type that an answer may have: one, such as {@code video/mp4}, or all of a type, {@code
 * video/*}. In lower case, without parameters (RFC 9110 §8.3.1).
 */
public record Media(String type, String subtype) {
  private static final String NAME = "[A-Za-z0-9!#$&^_.+-]{1,64}";
  private static final Pattern RANGE =
      Pattern.compile("(" + NAME + ")/(" + NAME + "|\\*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern FIELD =
      Pattern.compile("[ \\t]*(" + NAME + "/" + NAME + ")[ \\t]*(;.*)?");
  private static final String ANY = "*";

  /**
   * @throws IllegalArgumentException when the text is no media type and no {@code type/*}
   */
  public static Media parse(String text) {
    Matcher range = RANGE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!range.matches()) {
      throw new IllegalArgumentException("must be a media type such as video/mp4 or video/*");
    }
    return new Media(range.group(1), range.group(2));
  }

  /** The media type that a {@code Content-Type} field names, null when it names none. */
  public static @Nullable String named(@Nullable String contentType) {
    if (contentType == null) {
      return null;
    }
    Matcher field = FIELD.matcher(contentType);
    return field.matches() ? field.group(1).toLowerCase(Locale.ROOT) : null;
  }

  /**
   * @param mediaType as {@link #named} gives it
   */
  public boolean includes(String mediaType) {
    return subtype.equals(ANY)
        ? mediaType.startsWith(type + "/")
        : mediaType.equals(type + "/" + subtype);
  }

  @Override
  public String toString() {
    return type + "/" + subtype;
  }
}
