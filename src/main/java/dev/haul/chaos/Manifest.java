package dev.haul.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The jobs of a run, mixed in kind and size. Equal seeds have equal jobs. */
final class Manifest {
  private static final int HUNDRED = 100;
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private Manifest() {}

  static List<Cargo> of(ChaosPlan plan) {
    RandomGenerator random = Seeds.random(plan.seed(), "jobs");
    CargoKind[] kinds = kinds();
    List<Cargo> jobs = new ArrayList<>();
    for (int number = 0; number < plan.jobs(); number++) {
      CargoKind kind = kinds[random.nextInt(kinds.length)];
      long size = size(kind, random);
      boolean sized = kind == CargoKind.FALSE_CHECKSUM || random.nextInt(4) > 0;
      long content = random.nextLong(1, 1L << 40);
      Cargo fresh = new Cargo(number, Cargo.id(number), kind, content, size, sized);
      jobs.add(kind == CargoKind.REPEATED ? repeated(fresh, jobs, random) : fresh);
    }
    return jobs;
  }

  /** The same file under the id of one of the last plain jobs; itself when there is none. */
  private static Cargo repeated(Cargo cargo, List<Cargo> before, RandomGenerator random) {
    int back = Math.min(before.size(), 1 + random.nextInt(HUNDRED));
    for (Cargo earlier : before.subList(before.size() - back, before.size())) {
      if (earlier.kind() == CargoKind.WHOLE || earlier.kind() == CargoKind.SLOW) {
        return new Cargo(
            cargo.number(),
            earlier.id(),
            CargoKind.REPEATED,
            earlier.content(),
            earlier.size(),
            earlier.sized());
      }
    }
    return cargo;
  }

  private static CargoKind[] kinds() {
    List<CargoKind> kinds = new ArrayList<>();
    for (CargoKind kind : CargoKind.values()) {
      kinds.addAll(java.util.Collections.nCopies(kind.weight(), kind));
    }
    if (kinds.size() != HUNDRED) {
      throw new IllegalStateException(
          "weights must add up to 100: " + Arrays.toString(CargoKind.values()));
    }
    return kinds.toArray(CargoKind[]::new);
  }

  private static long size(CargoKind kind, RandomGenerator random) {
    return switch (kind) {
      case SLOW -> random.nextLong(64 * KIB, MIB);
      case CUT, STALLED -> random.nextLong(16 * KIB, 512 * KIB);
      case OTHER_STORE -> random.nextLong(1, 32 * KIB);
      case WHOLE, BUSY, THROTTLED, REPEATED, CANCELLED, GONE, FALSE_CHECKSUM, UNREADABLE ->
          mixed(random);
    };
  }

  private static long mixed(RandomGenerator random) {
    int hundredth = random.nextInt(HUNDRED);
    if (hundredth < 4) {
      return hundredth == 0 ? 0 : random.nextLong(1, 64);
    }
    if (hundredth < 80) {
      return random.nextLong(KIB, 64 * KIB);
    }
    return hundredth < 98 ? random.nextLong(64 * KIB, 512 * KIB) : random.nextLong(MIB, 4 * MIB);
  }
}
