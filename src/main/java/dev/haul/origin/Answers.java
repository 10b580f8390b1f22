package dev.haul.origin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Decides what a request is answered; how the answer breaks on its way is not decided here. */
final class Answers {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PAGE =
      "<!DOCTYPE html>\n<html><head><title>Log in</title></head>"
          + "<body><form method=\"post\"><input name=\"user\"></form></body></html>\n";

  private final DigestHeaders digests = new DigestHeaders();
  private final Redirects redirects;

  Answers(Redirects redirects) {
    this.redirects = redirects;
  }

  /**
   * @param number of the request among those of its path
   * @param isTooMuch whether it exceeds the limit
   */
  Answer decide(RequestHead request, Faults faults, int number, boolean isTooMuch, Instant now) {
    if (isTooMuch) {
      return error(faults.count(Parameter.LIMIT_STATUS).orElse(429), faults, now);
    }
    OptionalInt status = faults.count(Parameter.STATUS);
    if (status.isPresent()) {
      return error(status.getAsInt(), faults, now);
    }
    if (faults.has(Parameter.REDIRECT)) {
      List<Header> headers = extra(faults, now);
      headers.add(new Header("Location", redirects.location(request, faults)));
      headers.add(new Header("Content-Type", TEXT));
      return Answer.text(
          faults.count(Parameter.REDIRECT_STATUS).orElse(302), headers, "It is elsewhere.\n");
    }
    if (faults.on(Parameter.HTML)) {
      List<Header> headers = extra(faults, now);
      headers.add(new Header("Content-Type", faults.text(Parameter.TYPE).orElse("text/html")));
      return Answer.text(200, headers, PAGE);
    }
    return file(request, faults, MadeFile.of(request.path(), faults, number), now);
  }

  /** The digest of the file that a request would be answered with. */
  byte[] sha256(String path, Faults faults, int number) {
    MadeFile file = MadeFile.of(path, faults, number);
    return digests.sha256(file.name(), new Content(file.name()), file.size());
  }

  /** An answer of the origin about itself. */
  static Answer text(int status, String text) {
    return Answer.text(status, List.of(new Header("Content-Type", TEXT)), text);
  }

  private static Answer error(int status, Faults faults, Instant now) {
    List<Header> headers = extra(faults, now);
    headers.add(new Header("Content-Type", TEXT));
    faults
        .count(Parameter.RETRY_AFTER)
        .ifPresent(seconds -> headers.add(new Header("Retry-After", String.valueOf(seconds))));
    faults
        .count(Parameter.RETRY_DATE)
        .ifPresent(seconds ->
            headers.add(new Header("Retry-After", MadeFile.date(now.plusSeconds(seconds)))));
    return Answer.text(status, headers, status + ", as the URL asks\n");
  }

  private static List<Header> extra(Faults faults, Instant now) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("Date", MadeFile.date(now)));
    faults
        .text(Parameter.HEADER)
        .ifPresent(header -> {
          int colon = Math.max(0, header.indexOf(':'));
          headers.add(new Header(header.substring(0, colon), header.substring(colon + 1).strip()));
        });
    return headers;
  }

  private Answer file(RequestHead request, Faults faults, MadeFile file, Instant now) {
    List<Header> headers = extra(faults, now);
    if (file.etag() != null) {
      headers.add(new Header("ETag", file.etag()));
    }
    if (file.modified() != null) {
      headers.add(new Header("Last-Modified", file.modified()));
    }
    String ranges = faults.text(Parameter.RANGES).orElse("on");
    if (!ranges.equals("off")) {
      headers.add(new Header("Accept-Ranges", ranges.equals("none") ? "none" : "bytes"));
    }
    return switch (range(request, ranges, file)) {
      case ByteRange.Whole() -> body(200, headers, faults, file, 0, file.size());
      case ByteRange.Part(long from, long to) -> {
        contentRange(headers, faults, from, to, file.size());
        yield body(206, headers, faults, file, from, to);
      }
      case ByteRange.Unsatisfiable() -> {
        headers.add(new Header("Content-Range", "bytes */" + file.size()));
        headers.add(new Header("Content-Type", TEXT));
        yield Answer.text(416, headers, "There are no such bytes.\n");
      }
    };
  }

  private static ByteRange range(RequestHead request, String ranges, MadeFile file) {
    String range = request.header("range");
    return switch (ranges) {
      case "off", "none" -> new ByteRange.Whole();
      case "refused" -> range == null ? new ByteRange.Whole() : new ByteRange.Unsatisfiable();
      default ->
          file.isSame(request.header("if-range"))
              ? ByteRange.of(range, file.size())
              : new ByteRange.Whole();
    };
  }

  private static void contentRange(
      List<Header> headers, Faults faults, long from, long to, long size) {
    String right = "bytes %d-%d/%d".formatted(from, to - 1, size);
    String told =
        switch (faults.text(Parameter.CONTENT_RANGE).orElse("right")) {
          case "shifted" -> "bytes %d-%d/%d".formatted(from + 1, to, size + 1);
          case "total" -> "bytes %d-%d/%d".formatted(from, to - 1, size + 1);
          case "missing" -> "";
          case "garbage" -> "bytes some-most/all";
          default -> right;
        };
    if (!told.isEmpty()) {
      headers.add(new Header("Content-Range", told));
    }
  }

  private Answer body(
      int status, List<Header> headers, Faults faults, MadeFile file, long from, long to) {
    headers.add(
        new Header("Content-Type", faults.text(Parameter.TYPE).orElse("application/octet-stream")));
    boolean wrong = faults.on(Parameter.WRONG_DIGEST);
    faults
        .text(Parameter.DIGEST)
        .ifPresent(names ->
            headers.addAll(
                digests.of(
                    names, file.name(), new Content(file.name()), file.size(), from, to, wrong)));
    return new Answer(status, headers, file.source(faults), from, to);
  }
}
