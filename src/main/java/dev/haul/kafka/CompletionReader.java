package dev.haul.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.job.Checksum;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.Target;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole topic of completions, committed events only, and remembers its place under a
 * group that shares nothing: one process reads all partitions. All methods belong to one thread,
 * may block for 10 s and throw {@link KafkaUnavailable}.
 */
public final class CompletionReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper(Json.FACTORY);
  private static final int PATIENCE_MILLIS = 10_000;

  private final KafkaSettings kafka;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();

  /** Where the topic ended when this pass over it began; null between two passes. */
  private @Nullable Map<TopicPartition, Long> ends;

  /**
   * A terminal event.
   *
   * @param store null unless completed, like {@code target} and {@code checksum}
   * @param bytes 0 unless completed
   * @param error code and message, null when completed
   */
  public record Completion(
      Position position,
      JobId jobId,
      Instant at,
      Map<String, String> labels,
      @Nullable String store,
      @Nullable Target target,
      long bytes,
      @Nullable Checksum checksum,
      @Nullable String error) {
    public Completion {
      labels = Map.copyOf(labels);
    }
  }

  private CompletionReader(KafkaSettings kafka, Consumer<byte[], byte[]> consumer) {
    this.kafka = kafka;
    this.consumer = consumer;
  }

  /** Begins where the group stopped; at the first event that is kept when it is new. */
  public static CompletionReader open(KafkaSettings kafka, TopicSettings topics, String groupId) {
    try {
      var reader = new CompletionReader(kafka, consumer(kafka, groupId));
      reader.begin(topics.completions());
      return reader;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka, String groupId) {
    Map<String, Object> properties =
        ClientProperties.consumer(
            kafka,
            Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PATIENCE_MILLIS));
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void begin(String topic) {
    try {
      partitions.addAll(LoneConsumer.partitions(consumer, topic));
      consumer.assign(partitions);
      consumer
          .committed(new HashSet<>(partitions))
          .forEach((partition, place) -> {
            if (place == null) {
              consumer.seekToBeginning(List.of(partition));
            } else {
              consumer.seek(partition, place.offset());
            }
          });
    } catch (KafkaException e) {
      consumer.close();
      throw e;
    }
  }

  /** What has ended since the last call; what others wrote into the topic is left out. */
  public List<Completion> poll(Duration longest) {
    try {
      if (ends == null) {
        ends = consumer.endOffsets(partitions);
      }
      List<Completion> completions = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(longest)) {
        decode(record).ifPresent(completions::add);
      }
      return completions;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Whether all has been read that was there when this pass began; then the next one begins. */
  public boolean isCaughtUp() {
    Map<TopicPartition, Long> awaited = ends == null ? Map.of() : ends;
    try {
      boolean all =
          awaited.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
      ends = all ? null : ends;
      return all;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /**
   * Remembers the place.
   *
   * @param unfinished the oldest event of a partition that must be read again after a restart
   */
  public void commit(Map<Partition, Long> unfinished) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    try {
      for (TopicPartition partition : partitions) {
        long read = consumer.position(partition);
        long place = unfinished.getOrDefault(Positions.partition(partition), read);
        offsets.put(partition, new OffsetAndMetadata(Math.min(place, read)));
      }
      consumer.commitSync(offsets);
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  private static Optional<Completion> decode(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(record.value());
      var labels = new HashMap<String, String>();
      json.path("labels").forEachEntry((name, value) -> labels.put(name, value.asText()));
      boolean completed = json.path("outcome").asText("").equals("completed");
      JsonNode checksum = json.path("checksum");
      return Optional.of(
          new Completion(
              new Position(new Partition(record.topic(), record.partition()), record.offset()),
              new JobId(json.path("jobId").asText("")),
              Instant.parse(json.path("finishedAt").asText("")),
              labels,
              completed ? json.path("store").asText("") : null,
              completed ? new Target(json.path("target").asText("")) : null,
              completed ? json.path("bytes").asLong(-1) : 0,
              completed && checksum.isTextual() ? Checksum.parse(checksum.asText()) : null,
              completed
                  ? null
                  : json.path("error").path("code").asText("")
                      + ": "
                      + json.path("error").path("message").asText("")));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
