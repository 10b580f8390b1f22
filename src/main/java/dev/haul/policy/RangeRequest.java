package dev.haul.policy;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks for some bytes of one version of a file, and judges what comes (RFC 9110 §13.1.5, §14.2,
 * §15.3.7, §15.5.17). Servers that do something else than asked are common, so nothing is taken for
 * granted: a wrong byte in a file is worse than a byte that comes twice.
 *
 * @param from the first byte wanted
 * @param to after the last byte wanted; empty for all there are
 * @param size of the file, if known
 */
public record RangeRequest(Validator validator, long from, OptionalLong to, OptionalLong size) {
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNSATISFIED =
      Pattern.compile("bytes \\*/(\\d{1,18})", Pattern.CASE_INSENSITIVE);

  /** The head of an answer, as far as it matters here; null where a header is missing. */
  public record Head(
      int status,
      @Nullable String contentRange,
      @Nullable String contentLength,
      @Nullable String etag,
      @Nullable String lastModified) {}

  /** The value of {@code Range}. */
  public String range() {
    return "bytes=" + from + "-" + (to.isPresent() ? to.getAsLong() - 1 : "");
  }

  public RangeAnswer judge(Head head) {
    return switch (head.status()) {
      case 200 -> new RangeAnswer.Whole();
      case 206 -> partial(head);
      case 416 -> unsatisfied(head);
      default -> new RangeAnswer.Unrelated();
    };
  }

  private RangeAnswer partial(Head head) {
    if (validator.contradicts(head.etag(), head.lastModified())) {
      return new RangeAnswer.Useless("answered with a part of another version");
    }
    Matcher range = RANGE.matcher(head.contentRange() == null ? "" : head.contentRange().strip());
    if (!range.matches()) {
      return new RangeAnswer.Useless("answered with a part that does not say which it is");
    }
    long first = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    long complete = Long.parseLong(range.group(3));
    if (complete != size.orElse(complete)) {
      return new RangeAnswer.Useless("answered with a part of a file of another size");
    }
    if (first != from || last != to.orElse(complete) - 1 || last < first || last >= complete) {
      return new RangeAnswer.Useless("answered with another part than was asked for");
    }
    String length = head.contentLength();
    if (length != null && !length.equals(Long.toString(last - first + 1))) {
      return new RangeAnswer.Useless("answered with a part of another length than it says");
    }
    return new RangeAnswer.Partial(new ByteRange(first, last + 1), complete);
  }

  private RangeAnswer unsatisfied(Head head) {
    Matcher range =
        UNSATISFIED.matcher(head.contentRange() == null ? "" : head.contentRange().strip());
    boolean complete =
        size.isEmpty()
            && !validator.contradicts(head.etag(), head.lastModified())
            && range.matches()
            && Long.parseLong(range.group(1)) == from;
    return complete
        ? new RangeAnswer.Complete()
        : new RangeAnswer.Useless("refused the part that was asked for");
  }
}
