package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitMetadataTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "2, 3",
    "3, 3",
    "4, 5",
    "7, 5",
    "8, 7",
    "127, 13",
    "128, 15",
    "100000, 33",
    "9223372036854775807, 125"
  })
  void a_length_takes_twice_its_logarithm_and_one_bit(long length, int bits) {
    assertThat(CommitMetadata.bits(length)).isEqualTo(bits);
  }

  @Test
  void the_text_is_fixed_because_other_versions_must_read_it() {
    assertThat(CommitMetadata.encode(42, new long[] {})).isEmpty();
    assertThat(CommitMetadata.encode(42, new long[] {1, 1})).isEqualTo("haul1:bW-LAwM");
    assertThat(CommitMetadata.encode(42, new long[] {1, 100_000, 3, 4}))
        .isEqualTo("haul1:mj5JvwEAhhWY");
  }

  @Test
  void any_runs_come_back() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("CommitMetadataTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      long offset = random.nextLong(1L << 60);
      long[] runs =
          random
              .longs(2L * random.nextInt(100))
              .map(each -> 1 + (each >>> random.nextInt(14, 64)))
              .toArray();
      String metadata = CommitMetadata.encode(offset, runs);
      assertThat(CommitMetadata.decode(offset, metadata)).isEqualTo(runs);
      assertThat(CommitMetadata.decode(offset + 1, metadata))
          .as("carried to another offset")
          .isEqualTo(runs.length == 0 ? runs : null);
    }
  }

  @Test
  void runs_beyond_the_last_possible_offset_are_damage() {
    String metadata = CommitMetadata.encode(Long.MAX_VALUE - 5, new long[] {3, 3});
    assertThat(CommitMetadata.decode(Long.MAX_VALUE - 5, metadata)).isNull();
  }

  @Test
  void a_changed_character_is_noticed() {
    String metadata = CommitMetadata.encode(42, new long[] {1, 2, 3, 4, 5, 6});
    for (int i = 0; i < metadata.length() - 1; i++) {
      char other = metadata.charAt(i) == 'A' ? 'B' : 'A';
      String changed = metadata.substring(0, i) + other + metadata.substring(i + 1);
      assertThat(CommitMetadata.decode(42, changed)).as(changed).isNull();
      assertThat(CommitMetadata.decode(42, metadata.substring(0, Math.max(1, i)))).isNull();
    }
  }

  @Test
  void what_does_not_fit_is_left_out_from_the_end() {
    long[] runs = new SplittableRandom(1).longs(40_000, 1, 3).toArray();
    String metadata = CommitMetadata.encode(42, runs);
    assertThat(metadata).hasSizeBetween(4090, 4096);
    assertThat(runs).startsWith(CommitMetadata.decode(42, metadata));
  }
}
