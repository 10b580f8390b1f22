package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.DiskRoom.Fit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskRoomTest {
  @ParameterizedTest
  @CsvSource({
    "1000,  600, 100, 500,   0, NOW",
    "1000,  600, 100, 501,   0, LATER",
    "1000,  600, 100, 400, 100, NOW",
    "1000,  600, 100, 401, 100, LATER",
    "1000, 1000, 100, 900,   0, NOW",
    "1000, 1000, 100, 900,   1, LATER",
    "1000, 1000, 100, 901,   0, NEVER",
    "1000,   50, 100,   1,   0, LATER",
    // No more than a tenth is reserved.
    "1000, 1000, 999, 900,   0, NOW",
    "1000, 1000, 999, 901,   0, NEVER",
    // It does not tell.
    "   0,    0, 100, 900,   0, NOW",
  })
  void a_file_fits_in_what_is_neither_used_nor_promised_nor_reserved(
      long total, long usable, long reserve, long bytes, long promised, Fit fit) {
    assertThat(new DiskRoom(total, usable, reserve).fit(bytes, promised)).isEqualTo(fit);
  }
}
