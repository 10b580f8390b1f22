package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.kafka.EmbeddedKafka;
import dev.haul.kafka.EmbeddedKafkaSettings;
import dev.haul.policy.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that goes away for a while under a running worker. */
class BrokerOutageIT {
  private static final int JOBS = 500;

  @TempDir Path store;
  @TempDir Path data;

  @Test
  void an_outage_of_the_broker_is_waited_out() throws IOException {
    EmbeddedKafka broker = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, 0, data));
    var cluster = new TestCluster(broker.bootstrapServers(), 3);
    int port = Integer.parseInt(cluster.servers.substring(cluster.servers.indexOf(':') + 1));
    try (var origin = new TestOrigin()) {
      origin.answerOnly(JOBS / 2);
      cluster.sendJobs(origin, 0, JOBS);
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("intake.max-jobs", "50");
      settings.put("kafka.properties.max.poll.records", "25");
      settings.put("dispatch.max-concurrent", "4");
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        try (TopicReader completions = cluster.read(cluster.topics.completions())) {
          eventually().until(() -> completions.jobs() >= JOBS / 5);
        }
        broker.close();
        origin.open();
        assertUnreachable(cluster);
        broker = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, port, data));

        Map<Integer, Commit> ends = cluster.ends();
        eventually().until(() -> cluster.committed().equals(ends));
        assertThat(worker.isAlive()).isTrue();
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }
      try (TopicReader completions = cluster.read(cluster.topics.completions())) {
        assertThat(completions.countByJob()).as("nothing is lost").hasSize(JOBS);
        Set<String> ids =
            completions.records().stream()
                .map(it -> TopicReader.headers(it).get("ce_id"))
                .collect(Collectors.toSet());
        assertThat(ids).as("ends of different ids").hasSize(JOBS);
        assertThat(completions.records().stream().map(TopicReader::json))
            .allMatch(end -> end.path("outcome").textValue().equals("completed"));
      }
      var files = new StoredFiles(store);
      assertThat(files.names()).hasSize(JOBS);
      assertThat(files.wrong()).isEmpty();
    } finally {
      broker.close();
    }
  }

  /** Takes as long as a producer is patient, here three seconds. */
  private static void assertUnreachable(TestCluster cluster) {
    Map<String, Object> impatient =
        Map.of("bootstrap.servers", cluster.servers, "max.block.ms", 3_000);
    try (var producer =
        new KafkaProducer<>(impatient, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(
              () -> producer.send(new ProducerRecord<>(cluster.jobs(), new byte[1])).get())
          .hasMessageContaining("not present in metadata");
    }
  }
}
