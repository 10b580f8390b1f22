package dev.haul.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
  @Test
  void the_id_is_made_of_the_host_name_and_four_digits() {
    assertThat(WorkerSettings.on("node_1.example", new Random(1)).id())
        .matches("node_1\\.example-[0-9a-f]{4}");
  }

  @Test
  void characters_that_an_id_cannot_have_are_replaced() {
    assertThat(WorkerSettings.on("büro pc", new Random(1)).id()).startsWith("b-ro-pc-");
  }

  @Test
  void a_long_host_name_is_cut() {
    assertThat(WorkerSettings.on("x".repeat(300), new Random(1)).id()).hasSize(105);
  }
}
