package dev.haul.pipeline;

import dev.haul.job.Position;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of a job topic, byte for byte as it came. The arrays are never written to.
 *
 * @param position where it was read, and what is finished when its job has ended
 * @param origin where it was published: another place when the job has waited in a retry topic
 *     since
 * @param timestamp of its publication, as Kafka gives it
 * @param headers as published
 */
public record SourceRecord(
    Position position,
    Position origin,
    Instant timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers) {

  public record Header(String name, byte @Nullable [] value) {}

  /** A record that is read where it was published. */
  public SourceRecord(
      Position position,
      Instant timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers) {
    this(position, position, timestamp, key, value, headers);
  }

  public SourceRecord {
    headers = List.copyOf(headers);
  }

  /** Whether its job has waited in a retry topic. */
  public boolean isMoved() {
    return !origin.equals(position);
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
