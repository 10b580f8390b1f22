package dev.haul.cli;

import dev.haul.job.DownloadJob;
import dev.haul.kafka.JobPublisher;
import dev.haul.kafka.JobPublisher.Published;
import dev.haul.kafka.JobWriter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Sends jobs and waits until Kafka has them. */
final class Publication {
  /** Jobs that are on their way at once; their order does not matter to Kafka. */
  private static final int WINDOW = 1000;

  private Publication() {}

  /**
   * Sends jobs in their order.
   *
   * @param published is given each job that Kafka has acknowledged, in the same order
   * @throws dev.haul.kafka.KafkaUnavailable at the first that it does not
   */
  static void of(JobPublisher publisher, List<DownloadJob> jobs, Consumer<Published> published) {
    Queue<CompletableFuture<Published>> underway = new ArrayDeque<>();
    boolean first = true;
    for (DownloadJob job : jobs) {
      underway.add(publisher.publish(null, JobWriter.write(job)));
      // Alone, the first shows whether Kafka is there before all others wait for it too.
      if (first || underway.size() == WINDOW) {
        published.accept(acknowledged(underway.remove()));
      }
      first = false;
    }
    underway.forEach(future -> published.accept(acknowledged(future)));
  }

  private static Published acknowledged(CompletableFuture<Published> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
