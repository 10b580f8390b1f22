package dev.haul.store;

/** How durable a file is when its publication is answered. */
public enum Fsync {
  /**
   * The file and its name survive a power cut, like with {@link #FILE}, by common syncs of the
   * whole file system (Linux 5.8 or later, on ext4, XFS, Btrfs and their like; elsewhere this is
   * {@code FILE}). On a disk of the worker's own, small files come at two to three times the rate
   * of {@code FILE} and cost about 20 µs of CPU time more than with {@link #NONE}.
   *
   * <p>Each sync writes out everything that waits to be written there, whoever wrote it. Where
   * other programs write much to the same file system, publications wait for their data too, and
   * {@code FILE} is right.
   */
  BATCH,
  /**
   * The file and its name survive a power cut; each file is synced by itself, and waits for nobody
   * else's data. A small file costs 50 to 140 µs of CPU time more than with {@link #NONE}.
   */
  FILE,
  /**
   * The operating system writes the file when it likes: it survives the death of the worker, not
   * that of the machine.
   */
  NONE
}
