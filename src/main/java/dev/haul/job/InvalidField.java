package dev.haul.job;

/** A value that breaks a rule; the message names the field, the rule and the value. */
public final class InvalidField extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN = 120;

  private final String field;

  public InvalidField(String field, Object value, String rule) {
    super(field + " " + rule + " but was " + shown(value));
    this.field = field;
  }

  /** A rule about a field that is absent or whose value must not be shown. */
  public InvalidField(String field, String rule) {
    super(field + " " + rule);
    this.field = field;
  }

  public String field() {
    return field;
  }

  private static String shown(Object value) {
    if (!(value instanceof CharSequence text)) {
      return String.valueOf(value);
    }
    var shown = new StringBuilder("'");
    text.codePoints()
        .limit(SHOWN)
        .forEach(c -> {
          // Half a surrogate pair cannot be written to an event.
          if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown
        .append(text.codePoints().skip(SHOWN).findAny().isPresent() ? "…'" : "'")
        .toString();
  }
}
