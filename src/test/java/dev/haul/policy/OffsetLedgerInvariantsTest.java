package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No unfinished offset is ever passed, and no committed one is ever taken again. */
class OffsetLedgerInvariantsTest {
  private static final long CRASH = -2;
  private static final long TAKE = -1;

  private long paths;

  static List<List<Long>> logs() {
    return List.of(
        List.of(0L, 1L, 2L, 3L, 4L, 5L),
        List.of(7L, 8L, 10L, 11L, 12L, 20L),
        List.of(3L, 5L, 7L, 9L, 11L, 13L));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void hold_for_every_order_of_six_jobs_and_a_crash_at_every_point(List<Long> log) {
    explore(log, new ArrayList<>(), 0);
    assertThat(paths).isGreaterThan(10_395);
  }

  @ParameterizedTest
  @MethodSource("logs")
  void hold_for_every_order_of_four_jobs_around_two_crashes(List<Long> log) {
    explore(log.subList(0, 4), new ArrayList<>(), 2);
    assertThat(paths).isGreaterThan(10_000);
  }

  /** Tries every next step after the path; each path ends with a crash and runs to the end. */
  private void explore(List<Long> log, List<Long> path, int crashes) {
    LedgerModel model = replay(log, path);
    List<Long> steps = new ArrayList<>(model.inFlight());
    if (model.canTake()) {
      steps.add(TAKE);
    }
    if (crashes > 0 && !path.isEmpty() && path.getLast() != CRASH) {
      steps.add(CRASH);
    }
    model.crash();
    model.finish();
    paths++;
    for (Long step : steps) {
      path.add(step);
      explore(log, path, step == CRASH ? crashes - 1 : crashes);
      path.removeLast();
    }
  }

  private static LedgerModel replay(List<Long> log, List<Long> path) {
    var model = new LedgerModel(log);
    for (long step : path) {
      if (step == TAKE) {
        model.take();
      } else if (step == CRASH) {
        model.crash();
      } else {
        model.settle(step);
      }
      model.commit();
    }
    return model;
  }

  @Test
  void hold_for_hundreds_of_thousands_of_random_steps() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("OffsetLedgerInvariantsTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int run = 0; run < 24; run++) {
      int meanGap = new int[] {0, 0, 1, 20}[run % 4];
      var model = new LedgerModel(log(5_000, meanGap, random));
      int slowness = new int[] {3, 200, 2000}[run % 3];
      randomSteps(model, slowness, random);
      model.finish();
    }
  }

  private static List<Long> log(int size, int meanGap, SplittableRandom random) {
    return LongStream.iterate(
            random.nextLong(1L << 40), offset -> offset + 1 + random.nextInt(2 * meanGap + 1))
        .limit(size)
        .boxed()
        .toList();
  }

  /** Polls, settlements in wild order, commits and rare crashes, as long as there are records. */
  private static void randomSteps(LedgerModel model, int slowness, SplittableRandom random) {
    while (model.canTake()) {
      if (!model.ledger().isNearlyFull()) {
        for (int i = random.nextInt(OffsetLedger.POLL_RECORDS + 1); i > 0 && model.canTake(); i--) {
          model.take();
        }
      }
      List<Long> inFlight = model.inFlight();
      assertThat(inFlight.isEmpty() && model.ledger().isNearlyFull()).isFalse();
      for (Long offset : inFlight) {
        if (random.nextInt(offset % slowness == 0 ? 30 : 3) == 0) {
          model.settle(offset);
        }
      }
      if (random.nextInt(4) == 0) {
        model.commit();
      }
      if (random.nextInt(10) == 0) {
        model.crash();
      }
    }
  }

  @Test
  void the_metadata_fits_whatever_pattern_finishes_last() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("OffsetLedgerInvariantsTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int run = 0; run < 60; run++) {
      OffsetLedger ledger = OffsetLedger.from(new Commit(0, ""));
      List<Long> inFlight = fill(ledger, 1 + random.nextInt(100), random);
      for (int stride = 2 + random.nextInt(3), i = 1; i < inFlight.size(); i += stride) {
        ledger.settle(inFlight.get(i));
      }
      Commit commit = ledger.commit();
      assertThat(commit.metadata()).hasSizeLessThanOrEqualTo(4096);
      OffsetLedger next = OffsetLedger.from(commit);
      assertThat(next.ahead()).as("nothing was left out").isEqualTo(ledger.ahead());
      assertThat(next.commit()).isEqualTo(commit);
    }
  }

  /** Polls until the ledger says stop, and once more, which it must have foreseen. */
  private static List<Long> fill(OffsetLedger ledger, int maxGap, SplittableRandom random) {
    var inFlight = new ArrayList<Long>();
    long offset = 0;
    while (!ledger.isNearlyFull()) {
      for (int i = 0; i < OffsetLedger.POLL_RECORDS; i++) {
        offset += 1 + random.nextInt(maxGap);
        ledger.take(offset);
        inFlight.add(offset);
      }
    }
    return inFlight;
  }
}
