package dev.haul.cli;

import dev.haul.config.Settings;

/** Starts a worker; all that the commands need to know of it. */
interface WorkerStart {
  /** A worker that runs; closing it drains it within {@code shutdown.grace}. */
  interface Running extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Blocks until the worker consumes.
   *
   * @throws Exception with a message for people when it cannot
   */
  Running start(Settings settings) throws Exception;
}
