package dev.haul.origin.s3;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which requests will break. Methods hold its lock: tests ask, threads of requests take. */
final class S3Faults {
  private static final List<S3Fault> SHAKES =
      List.of(S3Fault.SLOW_DOWN, S3Fault.ERROR, S3Fault.CUT, S3Fault.NO_ANSWER);

  private final Map<S3Operation, Deque<S3Fault>> wanted = new EnumMap<>(S3Operation.class);
  private @Nullable RandomGenerator shaking;
  private int shakesOneIn;

  synchronized void add(S3Operation operation, S3Fault fault, int times) {
    Deque<S3Fault> next = wanted.computeIfAbsent(operation, _ -> new ArrayDeque<>());
    for (int i = 0; i < times; i++) {
      next.add(fault);
    }
  }

  /** Adds some by chance, where none is wanted. */
  synchronized void shake(RandomGenerator random, int oneIn) {
    shaking = random;
    shakesOneIn = oneIn;
  }

  synchronized void clear() {
    wanted.clear();
    shaking = null;
  }

  /** That of the next request; null when nothing breaks. */
  synchronized @Nullable S3Fault next(S3Operation operation) {
    Deque<S3Fault> next = wanted.get(operation);
    if (next != null && !next.isEmpty()) {
      return next.remove();
    }
    return shaking != null && shaking.nextInt(shakesOneIn) == 0
        ? SHAKES.get(shaking.nextInt(SHAKES.size()))
        : null;
  }
}
