package dev.haul;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning, committed records only, with Kafka's own consumer. */
final class TopicReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration STEP = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  TopicReader(String servers, String topic) {
    this(Map.of("bootstrap.servers", servers), topic);
  }

  /**
   * @param properties of the client
   */
  TopicReader(Map<String, Object> properties, String topic) {
    Map<String, Object> committed = new HashMap<>(properties);
    committed.put("isolation.level", "read_committed");
    // What comes to a partition that the last request left out waits for the next one.
    committed.put("fetch.max.wait.ms", 20);
    consumer =
        new KafkaConsumer<>(committed, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All that the topic holds now; the records of one partition in their order. */
  List<ConsumerRecord<byte[], byte[]>> records() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
      consumer.poll(STEP).forEach(records::add);
    }
    return List.copyOf(records);
  }

  /** The records of one job. */
  List<ConsumerRecord<byte[], byte[]>> records(String jobId) {
    return records().stream().filter(record -> key(record).equals(jobId)).toList();
  }

  /** The values of one job's records. */
  List<JsonNode> of(String jobId) {
    return records(jobId).stream().map(TopicReader::json).toList();
  }

  /** How many records each job has. */
  Map<String, Long> countByJob() {
    return records().stream()
        .collect(Collectors.groupingBy(TopicReader::key, Collectors.counting()));
  }

  /** The value of each job's last record. */
  Map<String, JsonNode> last() {
    var last = new LinkedHashMap<String, JsonNode>();
    records().forEach(record -> last.put(key(record), json(record)));
    return last;
  }

  /** How many jobs have a record. */
  int jobs() {
    return countByJob().size();
  }

  static JsonNode json(ConsumerRecord<byte[], byte[]> record) {
    try {
      return JSON.readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), UTF_8);
  }

  static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    var headers = new LinkedHashMap<String, String>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value() == null ? null : new String(header.value(), UTF_8));
    }
    return headers;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
