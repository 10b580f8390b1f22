package dev.haul.zoom;

import dev.haul.job.Partition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The topics of a move. Methods block; one thread calls them. */
public interface MoveTopics {
  /** Gives the receipts that are there, by the UUIDs of meetings; the last of each counts. */
  void receipts(BiConsumer<String, byte[]> reader);

  /** What has ended since the last call, oldest first within a partition; empty after the time. */
  List<StoredJob> poll(Duration longest);

  /** Whether all that the completions held at the last call has been read. */
  boolean isCaughtUp();

  /**
   * Remembers what need not be read again.
   *
   * @param unfinished the oldest event of each partition that is still needed
   */
  void commit(Map<Partition, Long> unfinished);

  /** Publishes a receipt; returns when it is safe. */
  void publish(String meeting, byte[] receipt);
}
