package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes out of a message what a URL that stands in the wrong field would betray. */
final class Redaction {
  private static final String VALUE = " but was '";
  private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

  private Redaction() {}

  static String of(@Nullable InvalidField fault) {
    String message = fault == null ? "" : String.valueOf(fault.getMessage());
    int value = message.indexOf(VALUE);
    int query = value < 0 ? -1 : message.indexOf('?', value);
    String cut = query < 0 ? message : message.substring(0, query) + "?…'";
    return USER_INFO.matcher(cut).replaceAll("//");
  }
}
