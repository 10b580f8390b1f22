package dev.haul.origin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which bytes of a file a request is for (RFC 9110 §14). */
sealed interface ByteRange {
  /** All: nobody asked for less, or in a way that is to be ignored. */
  record Whole() implements ByteRange {}

  /**
   * @param to first byte that is not wanted
   */
  record Part(long from, long to) implements ByteRange {}

  /** None: beyond the end, or several ranges, which the origin does not serve. */
  record Unsatisfiable() implements ByteRange {}

  Pattern SINGLE = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

  /**
   * @param range the field, null when there is none
   */
  static ByteRange of(@Nullable String range, long size) {
    if (range == null || !range.startsWith("bytes=")) {
      return new Whole();
    }
    String set = range.substring("bytes=".length()).strip();
    if (set.indexOf(',') >= 0) {
      return new Unsatisfiable();
    }
    Matcher single = SINGLE.matcher(set);
    if (!single.matches() || set.equals("-")) {
      return new Whole();
    }
    String first = single.group(1);
    String last = single.group(2);
    if (first.isEmpty()) {
      long from = Math.max(0, size - Long.parseLong(last));
      return from == size ? new Unsatisfiable() : new Part(from, size);
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size : Math.min(size, Long.parseLong(last) + 1);
    if (!last.isEmpty() && Long.parseLong(last) < from) {
      return new Whole();
    }
    return from >= size ? new Unsatisfiable() : new Part(from, to);
  }
}
