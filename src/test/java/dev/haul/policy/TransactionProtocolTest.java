package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.TransactionModel.Bounds;
import dev.haul.policy.TransactionModel.Kind;
import dev.haul.policy.TransactionModel.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The books of the workers and Kafka's transactions together: whatever is interleaved with
 * whatever, each job has exactly one end in Kafka, and the offset is never ahead of one without.
 */
final class TransactionProtocolTest {
  /** What need not happen for the jobs to come to their ends. */
  private static final Set<Kind> RARE =
      EnumSet.of(Kind.REBALANCE, Kind.REVOKE, Kind.EVICT, Kind.CRASH, Kind.LEAVE_LATE);

  /** What must happen some day, or the same would be tried for ever. */
  private static final Set<Kind> NEWS = EnumSet.of(Kind.NOTICE, Kind.RENEW);

  /** After these something might be lost. */
  private static final Set<Kind> LOSSES =
      EnumSet.of(Kind.CRASH, Kind.EVICT, Kind.LEAVE_LATE, Kind.EXPIRE, Kind.LOOK, Kind.NOTICE);

  private static final int MANY_STEPS = 500;

  @ParameterizedTest
  @CsvSource({"2, 2, 1, 1, 1", "2, 2, 2, 0, 0", "2, 3, 1, 0, 0"})
  void holds_for_every_interleaving_of_a_small_case(
      int workers, int jobs, int moves, int crashes, int faults) {
    var bounds = new Bounds(moves, crashes, faults, true);
    Search search = search(workers, jobs, bounds);

    System.out.printf(
        "TransactionProtocolTest: %d workers, %d jobs, %s: %d states%n",
        workers, jobs, bounds, search.states());
    assertThat(search.broken()).isNull();
    assertThat(search.states()).isGreaterThan(1_000);
  }

  @Test
  void would_not_hold_without_fencing() {
    Search search = search(2, 2, new Bounds(1, 0, 0, false));

    assertThat(search.broken()).contains("has ended 2 times");
  }

  @Test
  void holds_for_thousands_of_long_random_paths() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("TransactionProtocolTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int path = 0; path < 1_000; path++) {
      var model = new TransactionModel(3, 8, new Bounds(6, 4, 4, true));
      List<Step> taken = new ArrayList<>();
      for (List<Step> steps = model.steps(); !steps.isEmpty(); steps = model.steps()) {
        Step step = steps.get(random.nextInt(steps.size()));
        taken.add(step);
        model.apply(step);
        assertThat(model.broken()).as("seed %d: %s", seed, taken).isNull();
        if (model.isDone()) {
          break;
        }
      }
      assertThat(model.isDone()).as("seed %d: %s", seed, taken).isTrue();
    }
  }

  /**
   * What a search has found.
   *
   * @param broken the promise and the shortest path to it
   */
  private record Search(int states, @Nullable String broken) {}

  /** Looks at every state that can be reached, by the shortest paths first. */
  private static Search search(int workers, int jobs, Bounds bounds) {
    Set<String> seen = new HashSet<>();
    Deque<List<Step>> open = new ArrayDeque<>(List.of(List.of()));
    while (!open.isEmpty()) {
      List<Step> path = open.remove();
      TransactionModel model = replay(workers, jobs, bounds, path);
      String broken = model.broken();
      if (broken == null && (path.isEmpty() || LOSSES.contains(path.getLast().kind()))) {
        broken = stuck(replay(workers, jobs, bounds, path));
      }
      if (broken != null) {
        return new Search(seen.size(), broken + " after " + path);
      }
      for (Step step : model.steps()) {
        TransactionModel next = replay(workers, jobs, bounds, path);
        next.apply(step);
        if (seen.add(next.key())) {
          List<Step> longer = new ArrayList<>(path);
          longer.add(step);
          open.add(longer);
        }
      }
    }
    return new Search(seen.size(), null);
  }

  /** From every state on, the jobs come to their ends if nothing goes wrong any more. */
  private static @Nullable String stuck(TransactionModel onwards) {
    for (int i = 0; i < MANY_STEPS && !onwards.isDone(); i++) {
      Optional<Step> next =
          onwards.steps().stream()
              .min(
                  Comparator.comparing((Step step) -> !NEWS.contains(step.kind()))
                      .thenComparing(step -> RARE.contains(step.kind())));
      if (next.isEmpty()) {
        break;
      }
      onwards.apply(next.get());
      String broken = onwards.broken();
      if (broken != null) {
        return broken;
      }
    }
    return onwards.isDone() ? null : "jobs are lost in " + onwards.key();
  }

  private static TransactionModel replay(int workers, int jobs, Bounds bounds, List<Step> path) {
    var model = new TransactionModel(workers, jobs, bounds);
    path.forEach(model::apply);
    return model;
  }
}
