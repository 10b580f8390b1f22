package dev.haul.kafka;

import dev.haul.pipeline.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The trace that a record belongs to (W3C Trace Context, §3.2). */
final class TraceParent {
  static final String HEADER = "traceparent";

  private static final int LENGTH = 55;
  private static final Pattern SHAPE =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceParent() {}

  /** The header's value, null when it is not there or has another shape. */
  static @Nullable String of(List<SourceRecord.Header> headers) {
    for (SourceRecord.Header header : headers) {
      byte[] value = header.value();
      if (header.name().equals(HEADER) && value != null && value.length == LENGTH) {
        return checked(new String(value, StandardCharsets.ISO_8859_1));
      }
    }
    return null;
  }

  /** The text, null when it has another shape. */
  static @Nullable String checked(String text) {
    return text.length() == LENGTH && SHAPE.matcher(text).matches() ? text : null;
  }
}
