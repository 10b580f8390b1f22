package dev.haul.kafka;

import dev.haul.job.JobEvent;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.Settlement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of a batch, a job's final state after all its other states. Belongs to the
 * publishing thread, but for {@link #refused}.
 */
final class BatchRecords {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRecords.class);

  /**
   * One record of a batch.
   *
   * @param letterOf the place of the job whose dead letter this is, null when it is none
   */
  record Outgoing(ProducerRecord<byte[], byte[]> record, @Nullable Position letterOf) {}

  private final EventEncoder encoder;
  private final TopicSettings topics;

  /** Jobs whose dead letter no topic takes. */
  private final Set<Position> withoutLetter = new HashSet<>();

  /** Dead letters that were refused for their size since the batch was last encoded. */
  private final Queue<Outgoing> tooLarge = new ConcurrentLinkedQueue<>();

  BatchRecords(String worker, TopicSettings topics, RandomGenerator random) {
    this.encoder = new EventEncoder(worker, topics, random);
    this.topics = topics;
  }

  List<Outgoing> of(Batch batch) {
    leaveOutLargest();
    List<Outgoing> records =
        new ArrayList<>(batch.states().size() + 3 * batch.settlements().size());
    batch.states().forEach(state -> records.add(new Outgoing(encoder.state(state), null)));
    for (Settlement settlement : batch.settlements()) {
      switch (settlement) {
        case Settlement.Ended ended -> add(ended, records);
        case Settlement.Moved moved -> add(moved, records);
      }
    }
    return records;
  }

  private void add(Settlement.Moved moved, List<Outgoing> records) {
    String topic = topics.retryTopic(moved.step());
    records.add(new Outgoing(encoder.state(moved.state()), null));
    records.add(new Outgoing(RetryRecord.of(moved.source(), moved.carried(), topic), null));
  }

  private void add(Settlement.Ended ended, List<Outgoing> records) {
    JobEvent.Ended event = ended.event();
    records.add(new Outgoing(encoder.ended(ended), null));
    records.add(new Outgoing(encoder.finalState(event), null));
    Position position = ended.source().position();
    if (event.outcome() == Outcome.FAILED && !withoutLetter.contains(position)) {
      records.add(new Outgoing(DeadLetter.of(ended, topics.dead()), position));
    }
  }

  /** Hears that Kafka does not take a record, on any thread. */
  void refused(Outgoing record, Exception failure) {
    if (record.letterOf() != null && failure instanceof RecordTooLargeException) {
      tooLarge.add(record);
    }
  }

  /**
   * A dead letter that is too large for its topic must not keep a job from ending. Kafka refuses
   * what shares a request with it, too, so only the largest is to blame.
   */
  private void leaveOutLargest() {
    Outgoing largest = null;
    for (Outgoing next = tooLarge.poll(); next != null; next = tooLarge.poll()) {
      if (largest == null || bytes(next) > bytes(largest)) {
        largest = next;
      }
    }
    if (largest != null && largest.letterOf() != null) {
      withoutLetter.add(largest.letterOf());
      LOG.error(
          "dead letter of {} is too large for {} and is lost: {} bytes",
          largest.letterOf(),
          topics.dead(),
          bytes(largest));
    }
  }

  private static int bytes(Outgoing letter) {
    ProducerRecord<byte[], byte[]> record = letter.record();
    int bytes = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes += length(header.value());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /** The batch is in Kafka. */
  void published() {
    tooLarge.clear();
    withoutLetter.clear();
  }
}
