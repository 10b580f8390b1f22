package dev.haul.origin;

import java.util.List;
import java.util.Map;

/**
 * What came for a path.
 *
 * @param bytes of bodies sent
 * @param connections over which requests came
 * @param atOnce now
 * @param mostAtOnce so far
 * @param statuses how often each was answered
 * @param ranges the last ones asked for
 */
public record SeenPath(
    int requests,
    long bytes,
    int connections,
    int atOnce,
    int mostAtOnce,
    Map<Integer, Integer> statuses,
    List<String> ranges) {
  static final SeenPath NONE = new SeenPath(0, 0, 0, 0, 0, Map.of(), List.of());
}
