package dev.haul.cli;

import dev.haul.kafka.JobNews;

/** Shows what happens to the jobs of a board. Belongs to one thread. */
interface View extends AutoCloseable {
  /**
   * Takes what was new to the board.
   *
   * @param name of the job, for people
   */
  void took(JobNews news, String name);

  /** Shows what has changed; called several times a second. */
  void refresh();

  /** Shows the last state. */
  @Override
  void close();
}
