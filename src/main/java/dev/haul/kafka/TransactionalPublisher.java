package dev.haul.kafka;

import dev.haul.kafka.BatchRecords.Outgoing;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.BatchOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each batch and its offsets in one transaction. Whatever fails before the commit is
 * aborted. A producer that has been fenced, or that can do neither, is replaced by a new one, whose
 * first act ends what the old one left open; if that might have been committed, the group's offsets
 * say whether it was, for they were part of it.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-98">KIP-98</a>
 */
final class TransactionalPublisher implements BatchPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionalPublisher.class);

  /**
   * As long as the session of a member: what a killed worker left open then holds up its
   * partitions' next owner, and readers of the topics, no longer than the group misses it.
   */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final KafkaSettings kafka;
  private final String worker;
  private final BatchRecords records;
  private final GroupOffsets offsets;

  /** Null before it is opened and after it was given up; closed by another thread. */
  private volatile @Nullable KafkaProducer<byte[], byte[]> producer;

  private volatile boolean closed;

  /** The last reason that was logged: it may come with every batch for a while. */
  private String told = "";

  TransactionalPublisher(KafkaSettings kafka, String worker, BatchRecords records) {
    this.kafka = kafka;
    this.worker = worker;
    this.records = records;
    this.offsets = new GroupOffsets(kafka);
  }

  private static Map<String, Object> properties(KafkaSettings kafka, String worker) {
    var properties = new HashMap<>(EventProducers.common(worker + "-ends"));
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(kafka, worker));
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST.toMillis());
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    // Long enough to make one batch of records a partition instead of one at once and another
    // behind it, each with two buffers of 64 KiB for its compression.
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20L);
    return ClientProperties.producer(kafka, Map.copyOf(properties));
  }

  /**
   * One for each worker of each group: who takes it next ends what the last one left open. No name
   * of a worker has a slash, so no two have the same.
   */
  static String transactionalId(KafkaSettings kafka, String worker) {
    return "haul-" + kafka.groupId() + "/" + worker;
  }

  @Override
  public void open() {
    var _ = producer();
  }

  @Override
  public BatchOutcome publish(Batch batch) {
    KafkaProducer<byte[], byte[]> with;
    try {
      with = producer();
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      return refused(e);
    }
    try {
      with.beginTransaction();
      for (Outgoing each : records.of(batch)) {
        var _ = with.send(each.record(), (_, failure) -> note(each, failure));
      }
      with.sendOffsetsToTransaction(
          Positions.offsets(batch.commits()), ((GroupMembership) batch.membership()).metadata());
    } catch (RuntimeException e) {
      if (!abort(with)) {
        giveUp(with);
      }
      return refused(e);
    }
    BatchOutcome outcome = commit(with, batch);
    if (outcome instanceof BatchOutcome.Published) {
      records.published();
    }
    return outcome;
  }

  private void note(Outgoing record, @Nullable Exception failure) {
    if (failure != null) {
      records.refused(record, failure);
      LOG.debug("{} does not take a record", record.record().topic(), failure);
    }
  }

  /** Asks for the commit until there is an answer, or none can come any more. */
  private BatchOutcome commit(KafkaProducer<byte[], byte[]> with, Batch batch) {
    while (true) {
      try {
        with.commitTransaction();
        return new BatchOutcome.Published();
      } catch (TimeoutException e) {
        if (closed) {
          throw e;
        }
        LOG.warn("Kafka does not answer a commit, asking again: {}", e.getMessage());
      } catch (RuntimeException e) {
        if (abort(with)) {
          return refused(e);
        }
        giveUp(with);
        LOG.info("Whether a batch was committed is asked of the group: {}", e.toString());
        return unclear(batch);
      }
    }
  }

  private BatchOutcome refused(RuntimeException e) {
    LOG.debug("a batch is aborted", e);
    // Kafka says what is wrong with its properties, or with the host's name, in the cause alone.
    String reason = e.getCause() == null ? e.toString() : e + ": " + e.getCause();
    if (!reason.equals(told) && !(e instanceof CommitFailedException)) {
      LOG.warn("A batch is aborted and sent again: {}", reason);
      told = reason;
    }
    return new BatchOutcome.Refused(reason);
  }

  /** Whether the transaction is aborted for sure; Kafka refuses to abort what is committed. */
  private static boolean abort(KafkaProducer<byte[], byte[]> with) {
    try {
      with.abortTransaction();
      return true;
    } catch (RuntimeException e) {
      LOG.debug("a transaction cannot be aborted", e);
      return false;
    }
  }

  /** Has a new producer end what the old one left open, and looks at what is committed then. */
  private BatchOutcome unclear(Batch batch) {
    while (!closed) {
      try {
        var _ = producer();
        return new BatchOutcome.Unclear(offsets.committed(batch.commits().keySet()));
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException | KafkaUnavailable e) {
        LOG.warn("Whether the last batch was committed is not known yet: {}", e.toString());
      }
    }
    throw new KafkaException("closed before it was known whether a batch was committed");
  }

  private KafkaProducer<byte[], byte[]> producer() {
    KafkaProducer<byte[], byte[]> open = producer;
    if (open != null) {
      return open;
    }
    if (closed) {
      throw new KafkaException("closed");
    }
    var fresh =
        new KafkaProducer<>(
            properties(kafka, worker), new ByteArraySerializer(), new ByteArraySerializer());
    producer = fresh;
    try {
      fresh.initTransactions();
      return fresh;
    } catch (RuntimeException e) {
      giveUp(fresh);
      throw e;
    }
  }

  private void giveUp(KafkaProducer<byte[], byte[]> with) {
    producer = null;
    with.close(Duration.ZERO);
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    KafkaProducer<byte[], byte[]> open = producer;
    return open == null ? Map.of() : open.metrics();
  }

  @Override
  public void close(Duration longest) {
    closed = true;
    KafkaProducer<byte[], byte[]> open = producer;
    if (open != null) {
      open.close(longest);
    }
  }
}
