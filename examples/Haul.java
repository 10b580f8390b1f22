import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes a job and waits for its end, with Kafka's own client and nothing else.
 *
 * <pre>java -cp 'target/haul/haul.jar:target/haul/lib/*' examples/Haul.java https://example.com/weekly.mp4 2026/weekly.mp4</pre>
 *
 * The environment variables BROKERS, JOBS and COMPLETIONS change the brokers and the topics. Exit
 * code 0: the file is there.
 */
final class Haul {
  private static final String BROKERS = setting("BROKERS", "localhost:9092");
  private static final String JOBS = setting("JOBS", "haul.jobs");
  private static final String COMPLETIONS = setting("COMPLETIONS", "haul.completions");

  public static void main(String[] arguments) throws Exception {
    String id = "java-" + UUID.randomUUID();
    try (var ends = ends()) {
      publish(id, "{\"id\":%s,\"url\":%s,\"target\":%s}"
          .formatted(quoted(id), quoted(arguments[0]), quoted(arguments[1])));
      String end = waitFor(id, ends);
      System.out.println(end);
      System.exit(end.contains("\"outcome\":\"completed\"") ? 0 : 1);
    }
  }

  /** Reads ends from now on. Committed ones only: there is exactly one for each record. */
  private static KafkaConsumer<String, String> ends() {
    var ends =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", BROKERS, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (PartitionInfo partition : ends.partitionsFor(COMPLETIONS)) {
      partitions.add(new TopicPartition(COMPLETIONS, partition.partition()));
    }
    ends.assign(partitions);
    ends.seekToEnd(partitions);
    // Seeking is lazy: asking for the position does it before the job is published.
    partitions.forEach(ends::position);
    return ends;
  }

  /** The key is the id: all that is told of the job has it, too. */
  private static void publish(String id, String job) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", BROKERS, "enable.idempotence", true),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(JOBS, id, job)).get();
    }
  }

  private static String waitFor(String id, KafkaConsumer<String, String> ends) {
    while (true) {
      for (var end : ends.poll(Duration.ofSeconds(1))) {
        if (id.equals(end.key())) {
          return end.value();
        }
      }
    }
  }

  /** Text as a string of JSON; a real program uses its JSON library. */
  private static String quoted(String text) {
    if (!text.matches("[\\x20-\\x7e&&[^\"\\\\]]*")) {
      throw new IllegalArgumentException("needs a JSON library: " + text);
    }
    return "\"" + text + "\"";
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
