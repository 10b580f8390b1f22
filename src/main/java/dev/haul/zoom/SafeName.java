package dev.haul.zoom;

import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes a file name of any text: one that every file system takes, that reads the same as the text
 * as far as it can, and that hides nothing from who reads it.
 */
final class SafeName {
  /** What Windows calls devices, with any extension. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|(com|lpt)[0-9¹²³])( *\\..*)?",
          Pattern.CASE_INSENSITIVE);

  private static final String UNSAFE = "\\/:*?\"<>|";
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private SafeName() {}

  /**
   * @param maxBytes of UTF-8
   * @param otherwise when nothing is left
   */
  static String of(String text, int maxBytes, String otherwise) {
    var clean = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().forEach(c -> append(clean, c));
    String name = trimmed(shortened(trimmed(clean.toString()), maxBytes));
    if (name.isEmpty()) {
      return otherwise;
    }
    return DEVICE.matcher(name).matches() ? shortened("_" + name, maxBytes) : name;
  }

  private static void append(StringBuilder clean, int c) {
    int type = Character.getType(c);
    boolean invisible =
        (type == Character.FORMAT && c != ZERO_WIDTH_JOINER)
            || type == Character.SURROGATE
            || type == Character.UNASSIGNED;
    boolean space =
        Character.isWhitespace(c) || Character.isSpaceChar(c) || type == Character.CONTROL;
    if (space) {
      if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
        clean.append(' ');
      }
    } else if (UNSAFE.indexOf(c) >= 0) {
      clean.append('_');
    } else if (!invisible) {
      clean.appendCodePoint(c);
    }
  }

  /** Without spaces around and dots at the ends: those hide files or are dropped by Windows. */
  private static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && " .".indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && " .".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(start, end);
  }

  /** As many whole characters, as people see them, as fit. */
  static String shortened(String text, int maxBytes) {
    if (utf8Length(text) <= maxBytes) {
      return text;
    }
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    int bytes = 0;
    int end = 0;
    for (int next = characters.next(); next != BreakIterator.DONE; next = characters.next()) {
      bytes += utf8Length(text.substring(end, next));
      if (bytes > maxBytes) {
        break;
      }
      end = next;
    }
    return text.substring(0, end);
  }

  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
