package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.History;
import dev.haul.pipeline.Settlement;
import dev.haul.pipeline.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The record of a failed job as it goes to the dead letters: key, value and headers byte for byte,
 * and headers that say why and from where. Those of an earlier death are replaced, those of a
 * redrive kept.
 */
final class DeadLetter {
  /** The trace that a redrive goes on with; there when a worker with tracing wrote the letter. */
  static final String TRACE = "haul-traceparent";

  private static final String PREFIX = "haul-";

  private DeadLetter() {}

  static ProducerRecord<byte[], byte[]> of(Settlement.Ended settlement, String topic) {
    SourceRecord source = settlement.source();
    Failure failure = settlement.event().failure();
    List<Header> headers = new ArrayList<>(source.headers().size() + 8);
    for (SourceRecord.Header header : source.headers()) {
      if (!header.name().startsWith(PREFIX) || header.name().startsWith(LetterRecords.REDRIVEN)) {
        headers.add(new RecordHeader(header.name(), header.value()));
      }
    }
    ErrorCode code = failure == null ? ErrorCode.INTERNAL : failure.code();
    add(headers, "haul-error-code", code.wireName());
    add(headers, "haul-error-message", failure == null ? "" : EventJson.message(failure));
    add(headers, "haul-attempts", Integer.toString(settlement.event().attempts()));
    History history = settlement.event().history();
    if (!history.attempts().isEmpty()) {
      headers.add(new RecordHeader("haul-history", HistoryJson.array(history)));
    }
    add(headers, "haul-topic", source.origin().partition().topic());
    add(headers, "haul-partition", Integer.toString(source.origin().partition().number()));
    add(headers, "haul-offset", Long.toString(source.origin().offset()));
    add(headers, "haul-timestamp", source.timestamp().toString());
    String trace = settlement.event().traceparent();
    if (trace != null && !trace.equals(TraceParent.of(source.headers()))) {
      add(headers, TRACE, trace);
    }
    return new ProducerRecord<>(topic, null, source.key(), source.value(), headers);
  }

  private static void add(List<Header> headers, String name, String value) {
    headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
  }
}
