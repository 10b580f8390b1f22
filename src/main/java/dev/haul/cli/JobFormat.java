package dev.haul.cli;

import java.util.Arrays;
import java.util.Locale;

/** How a file lists jobs. */
enum JobFormat {
  /** One URL a line; empty lines and lines that start with {@code #} do not count. */
  URLS,
  /** One JSON object a line, as in the job topic. */
  NDJSON,
  /** A header that names fields of a job, {@code labels.x} and {@code headers.x}; then the jobs. */
  CSV,
  /** Metalink 4 (RFC 5854): files with digests and several places each. */
  METALINK;

  /** Guesses from the first line that is not empty. */
  static JobFormat of(String line) {
    if (line.startsWith("{") || line.startsWith("[")) {
      return NDJSON;
    }
    if (Metalink.isLike(line)) {
      return METALINK;
    }
    boolean hasUrlColumn =
        Arrays.stream(line.split(",", -1))
            .map(cell -> cell.strip().replace("\"", ""))
            .anyMatch("url"::equals);
    return hasUrlColumn ? CSV : URLS;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
