package dev.haul.cli;

import dev.haul.kafka.JobNews;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Follows jobs: what the feed brings goes onto the board, and what is new to the board into the
 * view.
 */
record Following(JobFeed feed, Board board, View view) {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  /**
   * Follows until the condition holds.
   *
   * @param ends is given the end of each job, in the order in which they came
   */
  void until(BooleanSupplier done, Consumer<JobNews.Ended> ends) {
    while (!done.getAsBoolean()) {
      for (JobNews news : feed.next(PATIENCE)) {
        if (take(news) && news instanceof JobNews.Ended end) {
          ends.accept(end);
        }
      }
      view.refresh();
    }
  }

  /** Takes one event, and says whether it was new. */
  boolean take(JobNews news) {
    String name = board.name(news.jobId());
    boolean isNew = board.apply(news);
    if (isNew) {
      view.took(news, name);
    }
    return isNew;
  }
}
