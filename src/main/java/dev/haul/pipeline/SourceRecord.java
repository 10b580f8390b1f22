package dev.haul.pipeline;

import dev.haul.job.Position;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of a job topic, byte for byte as it came. The arrays are never written to.
 *
 * @param timestamp as Kafka gives it
 */
public record SourceRecord(
    Position position,
    Instant timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers) {

  public record Header(String name, byte @Nullable [] value) {}

  public SourceRecord {
    headers = List.copyOf(headers);
  }

  /** Bytes of key, value and headers: what the record weighs in memory. */
  public int bytes() {
    int bytes = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    for (Header header : headers) {
      bytes += header.name().length() + (header.value() == null ? 0 : header.value().length);
    }
    return bytes;
  }
}
