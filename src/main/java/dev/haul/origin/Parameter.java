package dev.haul.origin;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a URL may ask of the origin in its query; an option of the same name asks it for all. */
public enum Parameter {
  SIZE(Group.CONTENT, Form.SIZE, "length of the file; 1MiB if not given"),
  SEED(Group.CONTENT, Form.TEXT, "decides about the bytes; the path if not given"),
  TYPE(Group.CONTENT, Form.TEXT, "Content-Type; application/octet-stream if not given"),
  ETAG(
      Group.CONTENT,
      Form.words("strong", "weak", "none", "changing"),
      "kind of ETag; strong if not given; a changing one is another at each request"),
  MODIFIED(Group.CONTENT, Form.INSTANT, "Last-Modified"),
  CHANGE_AFTER(Group.CONTENT, Form.COUNT, "after N requests it is another file, with other bytes"),
  FRAMING(
      Group.CONTENT,
      Form.words("length", "chunked", "close"),
      "where the body ends: Content-Length (if not given), last chunk, end of the connection"),
  DIGEST(
      Group.CONTENT,
      Form.TEXT,
      "digests to tell, by commas: " + String.join(", ", DigestHeaders.NAMES)),
  HEADER(Group.CONTENT, Form.TEXT, "a header to add, as NAME:VALUE"),

  RANGES(
      Group.RANGES,
      Form.words("on", "off", "none", "refused"),
      "off ignores Range, none says so in Accept-Ranges, refused answers 416"),
  CONTENT_RANGE(
      Group.RANGES,
      Form.words("shifted", "total", "missing", "garbage"),
      "what is wrong with the Content-Range of a 206"),

  DROP(Group.BEFORE, Form.SWITCH, "close the connection without an answer"),
  LATENCY(Group.BEFORE, Form.DURATION, "wait before the answer"),
  LIMIT(Group.BEFORE, Form.COUNT, "allow N requests a second, of all URLs of the host together"),
  BURST(Group.BEFORE, Form.COUNT, "requests that may come at once under the limit; 1 if not given"),
  LIMIT_STATUS(Group.BEFORE, Form.COUNT, "answer to what exceeds the limit; 429 if not given"),
  STATUS(Group.BEFORE, Form.COUNT, "answer with this status instead of the file"),
  RETRY_AFTER(Group.BEFORE, Form.COUNT, "Retry-After of errors, in seconds"),
  RETRY_DATE(Group.BEFORE, Form.COUNT, "Retry-After of errors, as the date in N seconds"),

  REDIRECT(
      Group.REDIRECT,
      Form.TEXT,
      "where to: N for a chain of N, loop, endless, other (the other port), http, https, or a URL"),
  REDIRECT_STATUS(Group.REDIRECT, Form.COUNT, "its status; 302 if not given"),

  CUT(Group.BODY, Form.SIZE, "close the connection after so many bytes of the answer"),
  CUT_AT(Group.BODY, Form.SIZE, "close the connection before this byte of the file"),
  RESET(Group.BODY, Form.SWITCH, "cut with a reset (RST) instead of an end (FIN)"),
  STALL(Group.BODY, Form.SIZE, "go silent after so many bytes of the answer, until it is released"),
  RATE(Group.BODY, Form.SIZE, "bytes a second, at most; 1 is a drip"),
  WRONG_LENGTH(Group.BODY, Form.DIFFERENCE, "tell so many bytes more or fewer than are sent"),
  ENDLESS(Group.BODY, Form.SWITCH, "a body that never ends, in chunks"),
  CORRUPT(Group.BODY, Form.SIZE, "send this byte of the file wrong"),
  WRONG_DIGEST(Group.BODY, Form.SWITCH, "tell digests of something else"),
  HTML(Group.BODY, Form.SWITCH, "the page of a log-in instead of the file"),
  ENCODING(Group.BODY, Form.words("gzip"), "encode the body though nobody asked for it"),

  BAD_LENGTH(
      Group.PROTOCOL,
      Form.words("conflict", "negative", "text", "chunked"),
      "Content-Length: twice, below 0, no number, or beside chunks"),
  BAD_CHUNK(
      Group.PROTOCOL,
      Form.words("size", "end", "huge"),
      "chunks with a size that is no number, without a line end, or of 2^62 bytes"),
  HEADER_BOMB(Group.PROTOCOL, Form.SIZE, "so many bytes of headers"),
  INTERIM(Group.PROTOCOL, Form.COUNT, "so many answers 103 before the answer"),
  GARBAGE(Group.PROTOCOL, Form.SWITCH, "an answer that is no HTTP"),
  CLOSE(Group.PROTOCOL, Form.SWITCH, "close the connection after the answer");

  /** Parameters that belong together. */
  public enum Group {
    CONTENT("Content"),
    RANGES("Ranges"),
    BEFORE("Before an answer"),
    REDIRECT("Redirects"),
    BODY("Body"),
    PROTOCOL("HTTP");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }

  private final Group group;

  @SuppressWarnings("ImmutableEnumChecker") // It parses, and remembers nothing.
  private final Form form;

  private final String meaning;

  Parameter(Group group, Form form, String meaning) {
    this.group = group;
    this.form = form;
    this.meaning = meaning;
  }

  /** The name in a query; with two dashes before it that of the option. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Group group() {
    return group;
  }

  /** What stands for its value in a help text. */
  public String shown() {
    return form.shown();
  }

  public String meaning() {
    return meaning;
  }

  Form form() {
    return form;
  }

  static Optional<Parameter> of(String key) {
    return Arrays.stream(values()).filter(each -> each.key().equals(key)).findFirst();
  }
}
