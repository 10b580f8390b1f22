package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Knows of the deaths that a test tells, and keeps what runs. */
final class FakeEvidence implements Evidence {
  final Map<Position, Integer> deaths = new ConcurrentHashMap<>();

  /** Whether it breaks its promise and throws when an attempt begins. */
  volatile boolean faults;

  /** Completes when what is asked for is known. */
  volatile Future<Void> known = Future.succeededFuture();

  final Set<Position> running = ConcurrentHashMap.newKeySet();

  @Override
  public Future<Map<Long, Integer>> claim(Partition partition) {
    var found = new ConcurrentHashMap<Long, Integer>();
    deaths.forEach((position, count) -> {
      if (position.partition().equals(partition)) {
        found.put(position.offset(), count);
      }
    });
    return known.map(found);
  }

  @Override
  public void runs(Position position, int deaths) {
    if (faults) {
      throw new IllegalStateException("a fault");
    }
    running.add(position);
  }

  @Override
  public void advanced(Position position) {
    running.remove(position);
  }

  @Override
  public void rests(Position position) {
    running.remove(position);
  }

  @Override
  public void acquit(Position position) {
    deaths.remove(position);
  }
}
