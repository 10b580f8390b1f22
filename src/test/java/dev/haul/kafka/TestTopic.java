package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads topics of the test broker with Kafka's own clients. */
final class TestTopic {
  private static final Duration LONG = Duration.ofSeconds(30);

  private TestTopic() {}

  static void write(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            TestBroker.bootstrapServers(),
            "max.request.size",
            8 << 20,
            "max.in.flight.requests.per.connection",
            ClientProperties.ONE_IN_FLIGHT);
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      var sent = records.stream().map(producer::send).toList();
      for (var record : sent) {
        record.get();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Jobs with the ids {@code prefix0}, {@code prefix1} and so on, spread over the partitions. */
  static void writeJobs(String topic, int partitions, int jobs) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      String value = "{\"id\":\"job" + i + "\",\"url\":\"http://127.0.0.1/" + i + "\"}";
      records.add(new ProducerRecord<>(topic, i % partitions, null, value.getBytes(UTF_8)));
    }
    write(records);
  }

  /** Reads one partition from its beginning until there are so many records. */
  static List<ConsumerRecord<byte[], byte[]>> read(String topic, int records) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            TestBroker.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    Instant end = Instant.now().plus(LONG);
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      while (read.size() < records && Instant.now().isBefore(end)) {
        consumer.poll(Duration.ofMillis(200)).forEach(read::add);
      }
    }
    return read;
  }

  static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), UTF_8));
    }
    return headers;
  }
}
