package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, 704",
    "1, 1, 704",
    "1, 5, 448",
    "128, 1, 448",
    "256, 1, 192",
    "256, 3, 64",
    "100000, 1, 64"
  })
  void a_part_has_what_is_left_for_it_beside_the_reads_of_its_connections(
      int parts, int connections, long kib) {
    var memory = new WriteMemory();
    for (int i = 0; i < parts; i++) {
      memory.begin();
    }
    assertThat(memory.share(connections)).isEqualTo(kib << 10);

    for (int i = 0; i < parts; i++) {
      memory.end();
    }
    assertThat(memory.share(1)).isEqualTo(704 << 10);
  }
}
