package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.Carried;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.SourceRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The record of a job that waits in a retry topic: key, value and headers as they were published,
 * and headers that say what the job has behind it and until when it waits.
 */
final class RetryRecord {
  private static final String ATTEMPTS = "haul-attempts";
  private static final String HISTORY = "haul-history";
  private static final String BYTES = "haul-bytes-transferred";
  private static final String ACCEPTED_AT = "haul-accepted-at";
  private static final String STARTED_AT = "haul-started-at";
  private static final String NOT_BEFORE = "haul-not-before";
  private static final String HELD_UNTIL = "haul-held-until";
  private static final String TOPIC = "haul-origin-topic";
  private static final String PARTITION = "haul-origin-partition";
  private static final String OFFSET = "haul-origin-offset";
  private static final String TIMESTAMP = "haul-origin-timestamp";

  private static final String TRACE = "haul-traceparent";

  private static final Set<String> OWN =
      Set.of(
          ATTEMPTS,
          HISTORY,
          BYTES,
          ACCEPTED_AT,
          STARTED_AT,
          NOT_BEFORE,
          HELD_UNTIL,
          TOPIC,
          PARTITION,
          OFFSET,
          TIMESTAMP,
          TRACE);

  private RetryRecord() {}

  static ProducerRecord<byte[], byte[]> of(SourceRecord source, Carried carried, String topic) {
    List<Header> headers = new ArrayList<>(source.headers().size() + OWN.size());
    for (SourceRecord.Header header : source.headers()) {
      if (!OWN.contains(header.name())) {
        headers.add(new RecordHeader(header.name(), header.value()));
      }
    }
    Position origin = source.origin();
    add(headers, ATTEMPTS, Integer.toString(carried.attempts()));
    headers.add(new RecordHeader(HISTORY, HistoryJson.array(carried.history())));
    add(headers, BYTES, Long.toString(carried.bytesTransferred()));
    add(headers, ACCEPTED_AT, carried.acceptedAt().toString());
    if (carried.startedAt() != null) {
      add(headers, STARTED_AT, carried.startedAt().toString());
    }
    add(headers, NOT_BEFORE, carried.notBefore().toString());
    add(headers, HELD_UNTIL, carried.heldUntil().toString());
    add(headers, TOPIC, origin.partition().topic());
    add(headers, PARTITION, Integer.toString(origin.partition().number()));
    add(headers, OFFSET, Long.toString(origin.offset()));
    add(headers, TIMESTAMP, source.timestamp().toString());
    if (carried.traceparent() != null) {
      add(headers, TRACE, carried.traceparent());
    }
    return new ProducerRecord<>(topic, null, source.key(), source.value(), headers);
  }

  private static void add(List<Header> headers, String name, String value) {
    headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
  }

  /**
   * Reads one back. When its headers are not those that a worker writes, there is no telling what
   * job it was: it ends as a bad one, in its own place.
   */
  static JobRecord decode(SourceRecord read, JobDecoder decoder) {
    var own = new HashMap<String, String>();
    List<SourceRecord.Header> others = new ArrayList<>();
    for (SourceRecord.Header header : read.headers()) {
      byte[] value = header.value();
      if (OWN.contains(header.name()) && value != null) {
        own.put(header.name(), new String(value, UTF_8));
      } else {
        others.add(header);
      }
    }
    try {
      var source =
          new SourceRecord(
              read.position(),
              origin(own),
              Instant.parse(text(own, TIMESTAMP)),
              read.key(),
              read.value(),
              others);
      Carried carried = carried(own);
      return switch (decoder.decode(source)) {
        case JobRecord.Valid(SourceRecord it, var job, var traceparent, _) ->
            new JobRecord.Valid(
                it,
                job,
                carried.traceparent() == null ? traceparent : carried.traceparent(),
                carried);
        case JobRecord.Invalid invalid -> invalid;
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      return new JobRecord.Invalid(
          read,
          JobDecoder.idOf(read.key(), JobDecoder.idOf(read.position())),
          Failure.of(ErrorCode.BAD_JOB, "headers of a retry topic must be those of a worker"),
          TraceParent.of(read.headers()));
    }
  }

  private static Position origin(Map<String, String> headers) {
    var partition = new Partition(text(headers, TOPIC), Integer.parseInt(text(headers, PARTITION)));
    return new Position(partition, Long.parseLong(text(headers, OFFSET)));
  }

  private static Carried carried(Map<String, String> headers) {
    String started = headers.get(STARTED_AT);
    String trace = headers.get(TRACE);
    return new Carried(
        Instant.parse(text(headers, ACCEPTED_AT)),
        started == null ? null : Instant.parse(started),
        Integer.parseInt(text(headers, ATTEMPTS)),
        Long.parseLong(text(headers, BYTES)),
        HistoryJson.read(text(headers, HISTORY)),
        Instant.parse(text(headers, NOT_BEFORE)),
        Instant.parse(text(headers, HELD_UNTIL)),
        trace == null ? null : TraceParent.checked(trace));
  }

  private static String text(Map<String, String> headers, String name) {
    @Nullable String value = headers.get(name);
    if (value == null) {
      throw new InvalidField(name, "must be there");
    }
    return value;
  }
}
