package dev.haul.admin;

/** Where the jobs of all workers can be followed. */
public interface FleetFeed {
  /**
   * Tells all that is kept, then what happens, on a thread of its own.
   *
   * @return what ends it; closing does not block
   */
  AutoCloseable follow(Fleet fleet);
}
