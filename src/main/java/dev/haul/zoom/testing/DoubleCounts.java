package dev.haul.zoom.testing;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How often things happened; written by the double, read by tests. */
final class DoubleCounts {
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  void add(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  Map<String, Integer> all() {
    return new TreeMap<>(counts);
  }
}
