package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.JobSource;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.consumer.KafkaReadStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads jobs as a member of a consumer group. {@link #start} must be called on a context that may
 * block for a moment, such as a virtual thread's: it loads Kafka's client.
 *
 * <p>Order is kept without locks: the stream polls again only when its last records have been
 * handled, and rebalances happen inside polls; so what is posted to the context comes in the order
 * assigned, received, revoked.
 */
public final class KafkaJobSource implements JobSource {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaJobSource.class);

  /** One thread polls, commits and pauses: this is what a commit waits for while nothing comes. */
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(20);

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final Set<String> retryTopics;
  private final JobDecoder decoder = new JobDecoder();
  private final Set<TopicPartition> owned = new HashSet<>();

  /** Read by whoever scrapes, too. */
  private volatile @Nullable GroupConsumer consumer;

  private @Nullable KafkaReadStream<byte[], byte[]> stream;
  private @Nullable Future<Void> closing;

  public KafkaJobSource(Vertx vertx, KafkaSettings kafka, TopicSettings topics) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
    this.retryTopics = topics.retryTopics();
  }

  @Override
  public Future<Void> start(Listener listener) {
    var context = vertx.getOrCreateContext();
    GroupProtocol protocol = OfferedProtocol.of(kafka);
    LOG.info("Joining group {} by the {} protocol", kafka.groupId(), protocol);
    var consumer =
        new GroupConsumer(kafka, protocol, self -> new Rebalances(self, context, listener, owned));
    this.consumer = consumer;
    KafkaReadStream<byte[], byte[]> reading = KafkaReadStream.create(vertx, consumer);
    reading.pollTimeout(POLL_TIMEOUT);
    reading.exceptionHandler(failure -> {
      // Pauses and polls have nobody else to tell; failed commits have their future.
      if (!(failure instanceof RebalanceInProgressException)) {
        LOG.debug("the consumer failed", failure);
      }
    });
    reading.batchHandler(records -> received(records, listener));
    stream = reading;
    return reading.subscribe(topics.sources());
  }

  private void received(ConsumerRecords<byte[], byte[]> records, Listener listener) {
    if (closing != null) {
      return;
    }
    var jobs = new ArrayList<JobRecord>(records.count());
    for (TopicPartition partition : records.partitions()) {
      if (owned.contains(partition)) {
        var place = Positions.partition(partition);
        for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
          jobs.add(decode(source(place, record)));
        }
      }
    }
    if (!jobs.isEmpty()) {
      listener.received(jobs);
    }
  }

  private JobRecord decode(SourceRecord source) {
    return retryTopics.contains(source.position().partition().topic())
        ? RetryRecord.decode(source, decoder)
        : decoder.decode(source);
  }

  private static SourceRecord source(Partition partition, ConsumerRecord<byte[], byte[]> record) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new SourceRecord.Header(header.key(), header.value()));
    }
    return new SourceRecord(
        new Position(partition, record.offset()),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        headers);
  }

  @Override
  public long backlog() {
    GroupConsumer reading = consumer;
    return reading == null ? 0 : reading.backlog();
  }

  @Override
  public Duration silence() {
    GroupConsumer reading = consumer;
    return reading == null ? Duration.ZERO : reading.silence();
  }

  /** What the consumer tells of itself; for any thread. */
  public double told(ClientMetric metric) {
    GroupConsumer reading = consumer;
    return reading == null ? 0 : metric.of(reading.metrics());
  }

  @Override
  public Future<Void> commit(Map<Partition, Commit> commits) {
    if (kafka.transactions() || commits.isEmpty()) {
      return Future.succeededFuture();
    }
    var open = open();
    return open == null
        ? Future.failedFuture("the job source is closed")
        : open.commit(Positions.offsets(commits)).mapEmpty();
  }

  @Override
  public boolean isOfRetries(Partition partition) {
    return retryTopics.contains(partition.topic());
  }

  @Override
  public void pause(Set<Partition> partitions) {
    var open = open();
    if (open != null && !partitions.isEmpty()) {
      log(open.pause(Positions.topicPartitions(partitions)));
    }
  }

  @Override
  public void resume(Set<Partition> partitions) {
    var open = open();
    if (open != null && !partitions.isEmpty()) {
      log(open.resume(Positions.topicPartitions(partitions)));
    }
  }

  private static void log(Future<Void> done) {
    done.onFailure(failure -> LOG.warn("partitions are not paused or resumed", failure));
  }

  /** Revoked partitions are still told of, and committed, while this runs. */
  @Override
  public Future<Void> close() {
    if (closing == null) {
      Promise<Void> closed = Promise.promise();
      closing = closed.future();
      if (stream == null) {
        closed.complete();
      } else {
        stream.close().onComplete(closed);
      }
    }
    return closing;
  }

  /** The stream unless it is closed: any call would start its thread anew. */
  private @Nullable KafkaReadStream<byte[], byte[]> open() {
    return closing == null ? stream : null;
  }
}
