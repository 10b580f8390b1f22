package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.kafka.KafkaProbe.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] JOB =
      "{\"id\":\"a\",\"url\":\"https://h/f\"}".getBytes(StandardCharsets.UTF_8);
  private static final TopicSettings TOPICS = TopicSettings.DEFAULTS;

  @TempDir Path folder;

  @Test
  void keeps_what_it_acknowledged_over_a_restart() throws IOException {
    List<WantedTopic> wanted = WantedTopic.all(TOPICS, 2);
    JobPublisher.Published published;
    try (EmbeddedKafka broker = start(folder)) {
      KafkaSettings kafka = settings(broker.bootstrapServers());
      try (var topics = new Topics(kafka)) {
        topics.create(wanted, Optional.empty());
      }
      try (var publisher = new JobPublisher(kafka, "haul.jobs")) {
        published = publisher.publish(null, JOB).join();
      }
    }

    try (EmbeddedKafka broker = start(folder)) {
      KafkaSettings kafka = settings(broker.bootstrapServers());
      assertThat(KafkaProbe.ask(kafka, TOPICS, PATIENCE)).isEqualTo(new Answer.Ready());
      try (var topics = new Topics(kafka)) {
        assertThat(topics.check(wanted)).allMatch(report -> report.problems().isEmpty());
      }
      try (var publisher = new JobPublisher(kafka, "haul.jobs")) {
        JobPublisher.Published next = publisher.publish(null, JOB).join();
        assertThat(next.position().partition()).isEqualTo(published.position().partition());
        assertThat(next.position().offset()).isEqualTo(published.position().offset() + 1);
      }
    }
  }

  @Test
  void says_that_the_port_is_taken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var settings = new EmbeddedKafkaSettings(true, other.getLocalPort(), folder);
      assertThatThrownBy(() -> EmbeddedKafka.start(settings))
          .isInstanceOf(IOException.class)
          .hasMessage("embedded-kafka.port %d on 127.0.0.1 is taken", other.getLocalPort());
    }
  }

  @Test
  void says_that_the_folder_belongs_to_another_broker() throws IOException {
    try (var _ = start(folder)) {
      assertThatThrownBy(() -> start(folder))
          .isInstanceOf(IOException.class)
          .hasMessage("embedded-kafka.data belongs to a running broker: " + folder);
    }
  }

  @Test
  void says_that_the_folder_cannot_be_written() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> start(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("embedded-kafka.data cannot be written: " + file);
  }

  @Test
  void a_probe_says_that_nobody_answers() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      free = socket.getLocalPort();
    }
    KafkaSettings kafka = settings("127.0.0.1:" + free);
    assertThat(KafkaProbe.ask(kafka, TOPICS, Duration.ofMillis(500)))
        .isEqualTo(
            new Answer.Unreachable(
                "Kafka cannot be reached at 127.0.0.1:" + free + ": no answer in time"));
  }

  private static EmbeddedKafka start(Path folder) throws IOException {
    return EmbeddedKafka.start(new EmbeddedKafkaSettings(true, 0, folder));
  }

  private static KafkaSettings settings(String servers) {
    return KafkaSettings.DEFAULTS.withBootstrapServers(servers);
  }
}
