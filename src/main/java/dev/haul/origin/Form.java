package dev.haul.origin;

import dev.haul.job.DurationText;
import dev.haul.job.SizeText;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;

/**
 * How the value of a parameter is written.
 *
 * @param shown in place of a value
 * @param parse throws {@link IllegalArgumentException}, whose message is the rule, for other texts
 */
record Form(String shown, Function<String, Object> parse) {
  static final Form SIZE = new Form("SIZE", SizeText::parse);
  static final Form DURATION = new Form("TIME", DurationText::parse);
  static final Form COUNT = new Form("N", Form::count);
  static final Form DIFFERENCE = new Form("[-]N", Form::difference);
  static final Form TEXT = new Form("TEXT", text -> text);
  static final Form SWITCH = words("true", "false");
  static final Form INSTANT = new Form("INSTANT|none", Form::instant);

  static Form words(String... words) {
    List<String> all = List.of(words);
    String choice = String.join("|", all);
    return new Form(
        choice,
        text -> {
          if (!all.contains(text)) {
            throw new IllegalArgumentException("must be " + String.join(" or ", all));
          }
          return text;
        });
  }

  private static Object count(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException("must be a whole number from 0");
  }

  private static Object difference(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number of bytes such as 100 or -100", e);
    }
  }

  private static Object instant(String text) {
    try {
      return text.equals("none") ? text : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be none or such as 2026-11-23T12:00:00Z", e);
    }
  }
}
