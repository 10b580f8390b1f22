package dev.haul.zoom;

import java.time.Instant;
import java.util.List;

/**
 * A meeting or webinar that was recorded.
 *
 * @param uuid names this one occurrence
 * @param number that people dial, the same for every occurrence
 * @param start {@link Instant#EPOCH} when Zoom does not say
 * @param minutes it took
 * @param host address, else id of who held it
 */
public record Meeting(
    String uuid,
    String number,
    String topic,
    Instant start,
    long minutes,
    String host,
    List<RecordingFile> files) {
  public Meeting {
    files = List.copyOf(files);
  }
}
