package dev.haul.kafka;

import dev.haul.job.ControlCommand;
import dev.haul.job.InvalidField;
import dev.haul.pipeline.ControlSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole control topic, then waits for more, on a thread of its own. No group: each worker
 * needs every command. No record and no refusal of Kafka ends it.
 */
final class ControlReader {
  private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final ControlSource.Listener listener;
  private final Runnable caughtUp;
  private final Promise<Void> closed = Promise.promise();

  /** Where each partition ended at the start; null before it is known, empty when all is read. */
  private @Nullable Map<TopicPartition, Long> ends;

  private @Nullable String refusal;

  /**
   * @param listener told on the reader's thread
   * @param caughtUp runs there once, when what was kept at the start has been given
   */
  ControlReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      ControlSource.Listener listener,
      Runnable caughtUp) {
    this.consumer = consumer;
    this.topic = topic;
    this.listener = listener;
    this.caughtUp = caughtUp;
  }

  void start() {
    Thread.ofPlatform().daemon().name("haul-control").start(this::run);
  }

  /** For any thread; completes when the consumer is closed. */
  Future<Void> close() {
    consumer.wakeup();
    return closed.future();
  }

  private void run() {
    try {
      while (true) {
        read();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("no more commands are read");
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
      closed.complete();
    }
  }

  private void read() {
    try {
      if (ends == null) {
        ends = begin();
        // Of a topic that holds nothing, the poll would wait for something.
        tellWhenCaughtUp(ends);
      }
      List<ControlCommand> kept = new ArrayList<>();
      List<ControlCommand> given = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        var partition = new TopicPartition(record.topic(), record.partition());
        read(record, record.offset() < ends.getOrDefault(partition, 0L) ? kept : given);
      }
      refusal = null;
      if (!kept.isEmpty()) {
        listener.kept(kept);
      }
      if (!given.isEmpty()) {
        listener.given(given);
      }
      tellWhenCaughtUp(ends);
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(refusal)) {
        LOG.error("commands cannot be read, trying on: {}", message);
        refusal = message;
      }
      LockSupport.parkNanos(AFTER_REFUSAL.toNanos());
    }
  }

  private Map<TopicPartition, Long> begin() {
    List<TopicPartition> partitions = LoneConsumer.partitions(consumer, topic);
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException(topic + " is missing");
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer.endOffsets(partitions);
  }

  private static void read(ConsumerRecord<byte[], byte[]> record, List<ControlCommand> commands) {
    try {
      commands.add(ControlJson.read(record.value(), Instant.ofEpochMilli(record.timestamp())));
    } catch (InvalidField e) {
      LOG.warn(
          "{}-{}-{} is no command: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  private void tellWhenCaughtUp(Map<TopicPartition, Long> awaited) {
    if (!awaited.isEmpty()
        && awaited.entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
      ends = Map.of();
      caughtUp.run();
    }
  }
}
