package dev.haul.chaos;

import java.util.Locale;

/** What befalls a part of the cluster. Each is begun, lasts for a while and is mended. */
public enum Fault {
  /** SIGKILL of a worker; a new one takes its place. */
  KILL_WORKER("a worker is killed (SIGKILL)"),
  /** SIGTERM of a worker, which must end by itself; a new one takes its place. */
  STOP_WORKER("a worker is stopped (SIGTERM)"),
  /** SIGSTOP of a worker for longer than its session with the group lasts, then SIGCONT. */
  FREEZE_WORKER("a worker is frozen until the group has forgotten it, and wakes as a zombie"),
  /** More workers join for a while and leave again: two rebalances each. */
  STORM("more workers join the group and leave again"),
  /** SIGKILL of a broker; the same one starts again. */
  KILL_BROKER("a broker is killed (SIGKILL)"),
  /** SIGTERM of a broker; the same one starts again. */
  STOP_BROKER("a broker is stopped (SIGTERM)"),
  /** The disk of the second store is full. */
  FILL_DISK("a disk is full");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  /** The name on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What happens, for people. */
  public String words() {
    return words;
  }

  boolean hitsBroker() {
    return this == KILL_BROKER || this == STOP_BROKER;
  }

  boolean hitsWorker() {
    return this == KILL_WORKER || this == STOP_WORKER || this == FREEZE_WORKER;
  }
}
