package dev.haul.kafka;

import dev.haul.job.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Follows progress, states and ends of jobs, for the commands; belongs to no group. All methods
 * belong to one thread, may block for 10 s and throw {@link KafkaUnavailable}.
 */
public final class EventFollower implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final NewsDecoder decoder;
  private final Consumer<byte[], byte[]> consumer;

  private EventFollower(KafkaSettings kafka, TopicSettings topics) {
    this.kafka = kafka;
    this.topics = topics;
    this.decoder = new NewsDecoder(topics);
    this.consumer = LoneConsumer.open(kafka);
  }

  /** Follows what happens from this moment on: call it before publishing. */
  public static EventFollower fromNow(KafkaSettings kafka, TopicSettings topics) {
    var follower = new EventFollower(kafka, topics);
    follower.begin(false);
    return follower;
  }

  /** Follows all that the topics still hold, then what happens. */
  public static EventFollower fromBeginning(KafkaSettings kafka, TopicSettings topics) {
    var follower = new EventFollower(kafka, topics);
    follower.begin(true);
    return follower;
  }

  /** What has happened since the last call, in order for each job; empty after the timeout. */
  public List<JobNews> poll(Duration timeout) {
    try {
      List<JobNews> news = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
        decoder.decode(record.topic(), record.value()).ifPresent(news::add);
      }
      return news;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Which of the jobs have ended before this call: reads all completions that are kept. */
  public Map<JobId, JobNews.Ended> ended(Set<JobId> ids) {
    var ended = new HashMap<JobId, JobNews.Ended>();
    try (Consumer<byte[], byte[]> reader = LoneConsumer.open(kafka)) {
      List<TopicPartition> partitions = LoneConsumer.partitions(reader, topics.completions());
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> reader.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(STEP)) {
          decoder
              .decode(record.topic(), record.value())
              .filter(news -> ids.contains(news.jobId()))
              .ifPresent(news -> ended.put(news.jobId(), (JobNews.Ended) news));
        }
      }
      return ended;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void begin(boolean atBeginning) {
    try {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : List.of(topics.progress(), topics.states(), topics.completions())) {
        partitions.addAll(LoneConsumer.partitions(consumer, topic));
      }
      consumer.assign(partitions);
      if (atBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.endOffsets(partitions).forEach(consumer::seek);
      }
    } catch (KafkaException e) {
      consumer.close();
      throw new KafkaUnavailable(kafka, e);
    }
  }
}
