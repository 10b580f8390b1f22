package dev.haul.pipeline;

/**
 * What dispatch shows to the metrics. Written by dispatch's context alone and read by whoever
 * scrapes, hence volatile.
 */
public final class DispatchGauges {
  private volatile int jobs;
  private volatile int queued;
  private volatile int running;

  void update(int jobs, int queued, int running) {
    this.jobs = jobs;
    this.queued = queued;
    this.running = running;
  }

  /** Jobs that wait for a slot. */
  public int queued() {
    return queued;
  }

  /** Jobs that hold a slot. */
  public int running() {
    return running;
  }

  /** Jobs that wait for a time: a back-off or {@code notBefore}. */
  public int waiting() {
    return Math.max(jobs - queued - running, 0);
  }
}
