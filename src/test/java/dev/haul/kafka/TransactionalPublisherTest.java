package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TransactionalPublisherTest {
  private static String id(String group, String worker) {
    return TransactionalPublisher.transactionalId(
        new KafkaSettings("localhost:9092", group, Map.of()), worker);
  }

  @Test
  void workers_of_different_groups_never_fence_each_other() {
    assertThat(id("haul", "a-b")).isEqualTo("haul-haul/a-b").isNotEqualTo(id("haul-a", "b"));
    assertThat(id("haul/a", "b")).isNotEqualTo(id("haul", "a-b"));
  }
}
