package dev.haul.store;

/** How durable a file is when its publication is answered. */
public enum Fsync {
  /**
   * The file and its name survive a power cut. Publications that wait for a thread share the syncs
   * of their folders; a file of 16 KiB costs some 0.1 ms of disk time on an SSD.
   */
  FILE,
  /**
   * The operating system writes the file when it likes: it survives the death of the worker, not
   * that of the machine.
   */
  NONE
}
