package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import dev.haul.kafka.StartCheck.Finding;
import dev.haul.kafka.StartCheck.TopicFacts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartCheckTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private static TopicFacts topic(String name, int replication, String... config) {
    var values = new HashMap<String, String>();
    values.put("cleanup.policy", "delete");
    values.put("retention.ms", "604800000");
    values.put("max.message.bytes", "1048576");
    values.put("min.insync.replicas", "2");
    for (int i = 0; i < config.length; i += 2) {
      values.put(config[i], config[i + 1]);
    }
    return new TopicFacts(name, replication, values);
  }

  private static List<Finding> findings(int brokers, TopicFacts... topics) {
    return StartCheck.findings(TopicSettings.DEFAULTS, brokers, List.of(topics), WAIT);
  }

  @Nested
  class Topics_of_jobs {
    @Test
    void may_be_as_they_are_created() {
      assertThat(findings(3, topic("haul.jobs", 3), topic("haul.dead", 3))).isEmpty();
    }

    @Test
    void must_not_be_compacted() {
      assertThat(findings(1, topic("haul.jobs", 1, "cleanup.policy", "compact,delete")))
          .containsExactly(
              new Finding.Refusal(
                  "haul.jobs is compacted: a job would be lost when its key comes again"));
    }

    @Test
    void must_keep_records_for_as_long_as_a_job_may_wait() {
      assertThat(findings(1, topic("haul.jobs", 1, "retention.ms", "59999")))
          .containsExactly(
              new Finding.Refusal(
                  "haul.jobs keeps records for 59 s, but a job may have to wait there for 60 s"));
      assertThat(findings(1, topic("haul.jobs", 1, "retention.ms", "-1"))).isEmpty();
    }

    @Test
    void must_not_take_what_the_dead_letters_do_not() {
      assertThat(
              findings(
                  1,
                  topic("haul.jobs", 1, "max.message.bytes", "2000"),
                  topic("haul.dead", 1, "max.message.bytes", "1999")))
          .containsExactly(
              new Finding.Refusal(
                  "haul.jobs takes records of 2000 bytes but haul.dead, where they go when they"
                      + " fail, of 1999"));
    }
  }

  @Nested
  class In_a_cluster_of_several_brokers {
    @Test
    void a_topic_with_one_copy_is_told() {
      assertThat(findings(3, topic("haul.states", 1)))
          .containsExactly(
              new Finding.Warning(
                  "haul.states has one copy: what it holds is lost with its broker"));
      assertThat(findings(1, topic("haul.states", 1))).isEmpty();
    }

    @Test
    void so_is_one_that_acknowledges_what_one_broker_has() {
      assertThat(findings(3, topic("haul.states", 3, "min.insync.replicas", "1")))
          .containsExactly(
              new Finding.Warning(
                  "haul.states has min.insync.replicas=1: what was acknowledged may be lost with"
                      + " one broker"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "max.poll.interval.ms, 9999, must be at least 10000 but was 9999",
    "transaction.timeout.ms, 100, must be at least 2000 but was 100"
  })
  void a_property_that_breaks_a_bound_is_refused(String name, String value, String message) {
    var kafka = new KafkaSettings("h:1", "g", Map.of(name, value));

    assertThatThrownBy(() -> StartCheck.checkProperties(kafka))
        .isInstanceOf(InvalidField.class)
        .hasMessage("kafka.properties." + name + " " + message);
  }

  @Test
  void a_session_has_room_for_three_heartbeats() {
    var kafka =
        new KafkaSettings(
            "h:1", "g", Map.of("session.timeout.ms", "6000", "heartbeat.interval.ms", "2001"));

    assertThatThrownBy(() -> StartCheck.checkProperties(kafka))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("kafka.properties.session.timeout.ms must be at least three times");
  }

  @Test
  void heartbeats_come_often_enough_for_readiness() {
    StartCheck.checkProperties(heartbeat("5000"));

    assertThatThrownBy(() -> StartCheck.checkProperties(heartbeat("5001")))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("kafka.properties.heartbeat.interval.ms must be at most 5000");
  }

  private static KafkaSettings heartbeat(String millis) {
    return new KafkaSettings("h:1", "g", Map.of("heartbeat.interval.ms", millis));
  }
}
