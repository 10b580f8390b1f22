package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.JobEvent;
import dev.haul.job.Outcome;
import dev.haul.pipeline.Settlement;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Makes records of events: CloudEvents 1.0 in the binary mode of its Kafka binding. The few headers
 * are written here, because the SDK would build and copy an event object for each record. Belongs
 * to one thread.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     Protocol Binding for CloudEvents</a>
 */
final class EventEncoder {
  private static final Header SPEC_VERSION = header("ce_specversion", "1.0");
  private static final Header CONTENT_TYPE = header("content-type", "application/json");
  private static final Header PROGRESS = header("ce_type", "dev.haul.job.progress.v1");
  private static final Header STATE = header("ce_type", "dev.haul.job.state.v1");
  private static final Header COMPLETED = header("ce_type", "dev.haul.job.completed.v1");
  private static final Header FAILED = header("ce_type", "dev.haul.job.failed.v1");
  private static final Header CANCELLED = header("ce_type", "dev.haul.job.cancelled.v1");

  private final TopicSettings topics;
  private final EventJson json;
  private final Header source;
  private final String run;
  private long events;

  /**
   * @param random makes the ids of this run differ from those of the last
   */
  EventEncoder(String worker, TopicSettings topics, RandomGenerator random) {
    this.topics = topics;
    this.json = new EventJson(worker);
    this.source = header("ce_source", source(worker));
    this.run = Long.toHexString(random.nextLong()) + "-";
  }

  ProducerRecord<byte[], byte[]> progress(JobEvent.Progress event) {
    return record(topics.progress(), PROGRESS, nextId(), event, json.progress(event));
  }

  ProducerRecord<byte[], byte[]> state(JobEvent.StateChanged event) {
    return record(topics.states(), STATE, nextId(), event, json.state(event));
  }

  ProducerRecord<byte[], byte[]> finalState(JobEvent.Ended event) {
    return record(topics.states(), STATE, nextId(), event, json.finalState(event));
  }

  /** The id is the place of the job's record, so that a reader can tell a repeated end. */
  ProducerRecord<byte[], byte[]> ended(Settlement.Ended settlement) {
    JobEvent.Ended event = settlement.event();
    return record(
        topics.completions(),
        type(event.outcome()),
        settlement.source().origin().toString(),
        event,
        json.ended(event));
  }

  private static Header type(Outcome outcome) {
    return switch (outcome) {
      case COMPLETED -> COMPLETED;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
    };
  }

  private String nextId() {
    return run + Long.toHexString(events++);
  }

  private ProducerRecord<byte[], byte[]> record(
      String topic, Header type, String id, JobEvent event, byte[] value) {
    byte[] key = event.jobId().value().getBytes(UTF_8);
    List<Header> headers = new ArrayList<>(8);
    headers.add(SPEC_VERSION);
    headers.add(header("ce_id", id));
    headers.add(source);
    headers.add(type);
    headers.add(header("ce_time", event.at().toString()));
    headers.add(new RecordHeader("ce_subject", key));
    headers.add(CONTENT_TYPE);
    if (event.traceparent() != null) {
      headers.add(header(TraceParent.HEADER, event.traceparent()));
    }
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static String source(String worker) {
    try {
      return new URI(null, null, "/haul/" + worker, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a path can hold every name", e);
    }
  }
}
