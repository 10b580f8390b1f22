package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
  @Test
  void have_the_defaults_of_the_contract() {
    assertThat(KafkaSettings.DEFAULTS)
        .isEqualTo(
            new KafkaSettings("localhost:9092", "haul", GroupProtocol.AUTO, null, true, Map.of()));
    assertThat(TopicSettings.DEFAULTS)
        .isEqualTo(
            new TopicSettings(
                List.of(new Lane("haul.jobs", 1)),
                "haul.control",
                "haul.progress",
                "haul.states",
                "haul.completions",
                "haul.dead",
                List.of(
                    new Rung("haul.retry.1m", Duration.ofMinutes(1)),
                    new Rung("haul.retry.10m", Duration.ofMinutes(10)),
                    new Rung("haul.retry.1h", Duration.ofHours(1)),
                    new Rung("haul.retry.6h", Duration.ofHours(6)))));
    assertThat(EmbeddedKafkaSettings.DEFAULTS)
        .isEqualTo(new EmbeddedKafkaSettings(false, 9092, Path.of("haul-data", "kafka")));
  }

  @Test
  void a_node_is_one_of_its_quorum() {
    Path data = Path.of("data");
    List<String> quorum = List.of("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3");

    assertThat(new EmbeddedKafkaSettings(true, 0, data, 3, quorum).replication())
        .isEqualTo((short) 3);
    assertThatThrownBy(() -> new EmbeddedKafkaSettings(true, 0, data, 4, quorum))
        .isInstanceOf(InvalidField.class)
        .hasMessage("embedded-kafka.node must be from 1 to 3, the size of the quorum but was 4");
    assertThatThrownBy(() -> new EmbeddedKafkaSettings(true, 0, data, 1, List.of("here")))
        .isInstanceOf(InvalidField.class)
        .hasMessage("embedded-kafka.quorum must be host:port but was 'here'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          enable.auto.commit | true | must not be set: Haul's promises depend on it
          auto.offset.reset | latest | must not be set: Haul's promises depend on it
          isolation.level | read_uncommitted | must not be set: Haul's promises depend on it
          acks | 1 | must not be set: Haul's promises depend on it
          transactional.id | x | must not be set: Haul's promises depend on it
          key.serializer | x | must not be set: Haul's promises depend on it
          value.serializer | x | must not be set: Haul's promises depend on it
          key.deserializer | x | must not be set: Haul's promises depend on it
          value.deserializer | x | must not be set: Haul's promises depend on it
          enable.idempotence | false | must be true, which it is anyway but was 'false'
          group.id | x | must not be set: use kafka.group-id
          bootstrap.servers | x:1 | must not be set: use kafka.bootstrap-servers
          linger.ms | soon | is refused by Kafka: Invalid value soon for configuration linger.ms: Not a number of type LONG
          """)
  void refuse_what_breaks_a_promise_or_kafka(String name, String value, String rule) {
    assertThatThrownBy(() -> new KafkaSettings("h:1", "g", Map.of(name, value)))
        .isInstanceOf(InvalidField.class)
        .hasMessage("kafka.properties." + name + " " + rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h:1", "a:1,b:2", "[::1]:9092", "[::1]:1,[::2]:2"})
  void take_brokers(String servers) {
    assertThat(KafkaSettings.DEFAULTS.withBootstrapServers(servers).bootstrapServers())
        .isEqualTo(servers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h", "h:", "h:1,", "h 1:2", "http://h:1"})
  void refuse_what_names_no_broker(String servers) {
    assertThatThrownBy(() -> KafkaSettings.DEFAULTS.withBootstrapServers(servers))
        .hasMessage(
            "kafka.bootstrap-servers must be host:port, comma-separated but was '" + servers + "'");
  }

  @Test
  void give_each_client_what_it_knows_and_all_what_nobody_knows() {
    var settings =
        new KafkaSettings(
            "h:1",
            "g",
            Map.of(
                "linger.ms", "7", "max.poll.records", "3", "client.rack", "r", "my.plugin", "p"));
    assertThat(ClientProperties.producer(settings, Map.of("linger.ms", 5)))
        .isEqualTo(Map.of("bootstrap.servers", "h:1", "linger.ms", "7", "my.plugin", "p"));
    assertThat(ClientProperties.consumer(settings, Map.of()))
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "h:1",
                "max.poll.records", "3",
                "client.rack", "r",
                "my.plugin", "p"));
    assertThat(ClientProperties.admin(settings, Map.of()))
        .isEqualTo(Map.of("bootstrap.servers", "h:1", "my.plugin", "p"));
  }

  @Test
  void read_lanes() {
    assertThat(Lane.parse("jobs")).isEqualTo(new Lane("jobs", 1));
    assertThat(Lane.parse(" fast = 10 ")).isEqualTo(new Lane("fast", 10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=b | topics.jobs must be name or name=weight but was 'a=b'
          a=0 | topics.jobs must have weights from 1 to 1000 but was 0
          .. | topics.jobs must be a topic name: 1 to 249 characters of A-Z a-z 0-9 . _ - but was '..'
          a/b=1 | topics.jobs must be a topic name: 1 to 249 characters of A-Z a-z 0-9 . _ - but was 'a/b'
          """)
  void refuse_broken_lanes(String text, String message) {
    assertThatThrownBy(() -> Lane.parse(text)).hasMessage(message);
  }

  @Test
  void refuse_one_topic_for_two_uses() {
    assertThatThrownBy(() -> new TopicSettings(List.of(new Lane("a", 1)), "b", "c", "a", "d", "e"))
        .hasMessage("topics.states must not be the name of another topic of Haul but was 'a'");
  }
}
