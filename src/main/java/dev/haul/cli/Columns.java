package dev.haul.cli;

/** Fits text into a number of terminal columns; each code point counts as one. */
final class Columns {
  private static final String CUT = "…";

  private Columns() {}

  /** The text in exactly so many columns, with a cut in its middle when it is longer. */
  static String left(String text, int width) {
    String fitted = cut(text, width);
    return fitted + " ".repeat(width - length(fitted));
  }

  static String right(String text, int width) {
    String fitted = cut(text, width);
    return " ".repeat(width - length(fitted)) + fitted;
  }

  /** The text in at most so many columns; both its ends stay, as the end of a path says most. */
  static String cut(String text, int width) {
    int length = length(text);
    if (length <= width) {
      return text;
    }
    if (width <= 0) {
      return "";
    }
    int head = (width - 1) / 3;
    int tail = width - 1 - head;
    return text.substring(0, text.offsetByCodePoints(0, head))
        + CUT
        + text.substring(text.offsetByCodePoints(text.length(), -tail));
  }

  /** The text in at most so many columns; its end goes. */
  static String cutEnd(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 1))) + CUT;
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
