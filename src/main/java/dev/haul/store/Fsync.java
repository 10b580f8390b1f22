package dev.haul.store;

/** How durable a file is when its publication is answered. */
public enum Fsync {
  /**
   * The file and its name survive a power cut. Publications that wait for a thread share the syncs
   * of their folders; small files cost about twice the CPU time of {@link #NONE} and come at about
   * 40 % of its rate.
   */
  FILE,
  /**
   * The operating system writes the file when it likes: it survives the death of the worker, not
   * that of the machine.
   */
  NONE
}
