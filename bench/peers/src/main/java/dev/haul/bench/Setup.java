package dev.haul.bench;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What all peers have in common: where jobs come from, where files and events go, how many run. */
record Setup(String name, String bootstrapServers, Path folder, int concurrency, int partitions) {

  String jobs() {
    return "bench." + name + ".jobs";
  }

  String completions() {
    return "bench." + name + ".completions";
  }

  void createTopics() throws InterruptedException, ExecutionException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topics = List.of(topic(jobs()), topic(completions()));
      admin.createTopics(topics).all().get();
    }
  }

  private NewTopic topic(String topic) {
    return new NewTopic(topic, partitions, (short) 1);
  }

  KafkaConsumer<String, String> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "group.id",
            "bench-" + name,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest"),
        new StringDeserializer(),
        new StringDeserializer());
  }

  KafkaProducer<String, String> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
        new StringSerializer(),
        new StringSerializer());
  }

  ParallelConsumerOptions.ParallelConsumerOptionsBuilder<String, String> parallelConsumer() {
    return ParallelConsumerOptions.<String, String>builder()
        .consumer(consumer())
        .ordering(ProcessingOrder.UNORDERED)
        .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
        .maxConcurrency(concurrency);
  }

  /** Says on standard output that jobs will now be taken: the clock may start. */
  static ConsumerRebalanceListener saysReady() {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        System.out.println("ready");
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
    };
  }
}
