package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.job.Partition;
import dev.haul.job.Target;
import dev.haul.kafka.CompletionReader;
import dev.haul.kafka.CompletionReader.Completion;
import dev.haul.kafka.LatestValues;
import dev.haul.store.StoredCopies;
import dev.haul.zoom.MoveTopics;
import dev.haul.zoom.RecordingJobs;
import dev.haul.zoom.Shelf;
import dev.haul.zoom.StoredJob;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Kafka and the stores in the words of a move. */
final class ZoomMoveParts implements MoveTopics, Shelf, AutoCloseable {
  private final CompletionReader completions;
  private final LatestValues receipts;
  private final StoredCopies copies;
  private final boolean remembers;

  /**
   * @param remembers whether the place in the completions is kept for the next run
   */
  ZoomMoveParts(Settings settings, boolean remembers) {
    this.remembers = remembers;
    copies = new StoredCopies(settings.stores(), System.getenv());
    receipts = new LatestValues(settings.kafka(), settings.zoom().move().receiptsTopic());
    try {
      completions =
          CompletionReader.open(
              settings.kafka(), settings.topics(), settings.zoom().move().groupId());
    } catch (RuntimeException e) {
      receipts.close();
      copies.close();
      throw e;
    }
  }

  @Override
  public void receipts(BiConsumer<String, byte[]> reader) {
    receipts.read(reader);
  }

  @Override
  public List<StoredJob> poll(Duration longest) {
    return completions.poll(longest).stream()
        .map(ZoomMoveParts::storedJob)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<StoredJob> storedJob(Completion end) {
    String meeting = end.labels().get(RecordingJobs.MEETING);
    if (meeting == null) {
      return Optional.empty();
    }
    StoredJob.@Nullable File file =
        end.store() == null || end.target() == null || end.checksum() == null
            ? null
            : new StoredJob.File(end.store(), end.target(), end.bytes(), end.checksum());
    String problem = end.error() == null ? "completed without a digest" : end.error();
    return Optional.of(
        new StoredJob(
            end.position(), end.jobId(), meeting, end.at(), file, file == null ? problem : null));
  }

  @Override
  public boolean isCaughtUp() {
    return completions.isCaughtUp();
  }

  @Override
  public void commit(Map<Partition, Long> unfinished) {
    if (remembers) {
      completions.commit(unfinished);
    }
  }

  @Override
  public void publish(String meeting, byte[] receipt) {
    receipts.put(meeting, receipt);
  }

  @Override
  public Optional<String> difference(StoredJob.File file) {
    return copies.difference(file.store(), file.target(), file.bytes(), file.checksum());
  }

  @Override
  public void put(String store, Target target, byte[] content) {
    copies.put(store, target, content);
  }

  @Override
  public void close() {
    completions.close();
    receipts.close();
    copies.close();
  }
}
