package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangesTest {
  private static final int SIZE = 200;

  @Test
  void are_what_a_set_of_bytes_would_be() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var ranges = new Ranges();
      var model = new BitSet(SIZE);
      for (int i = 0; i < 20; i++) {
        int from = random.nextInt(SIZE);
        int to = from + random.nextInt(SIZE - from + 1);
        ranges.add(from, to);
        model.set(from, to);
        assertThat(ranges.bytes()).as("seed %d", seed).isEqualTo(model.cardinality());
        assertThat(ranges.prefix()).as("seed %d", seed).isEqualTo(model.nextClearBit(0));
        assertThat(ranges.all()).as("seed %d", seed).isEqualTo(runs(model));
        model.flip(0, SIZE);
        assertThat(ranges.gaps(SIZE)).as("seed %d", seed).isEqualTo(runs(model));
        model.flip(0, SIZE);
      }
    }
  }

  private static List<ByteRange> runs(BitSet bytes) {
    var runs = new ArrayList<ByteRange>();
    for (int from = bytes.nextSetBit(0); from >= 0; from = bytes.nextSetBit(from)) {
      int to = bytes.nextClearBit(from);
      runs.add(new ByteRange(from, to));
      from = to;
    }
    return runs;
  }

  @ParameterizedTest
  @CsvSource({
    "INTERRUPTED, 1048576, 1, true",
    "INTERRUPTED, 1048575, 1048575, false",
    "INTERRUPTED, 5000000, 0, false",
    "STALLED, 5000000, 5000000, true",
    "STALLED, 5000000, -1, false",
    "BAD_RESPONSE, 5000000, 5000000, false",
    "DEADLINE, 5000000, 5000000, false",
    "NO_SPACE, 5000000, 5000000, false",
  })
  void a_transfer_goes_on_when_its_last_answer_was_worth_it(
      ErrorCode code, long bytes, long gained, boolean goesOn) {
    assertThat(ResumeRules.goesOn(Failure.of(code, "x"), bytes, gained)).isEqualTo(goesOn);
  }
}
