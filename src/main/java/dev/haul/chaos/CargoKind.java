package dev.haul.chaos;

/** What a job of a run is like, and how it may end. */
enum CargoKind {
  /** Arrives at once. */
  WHOLE(62, "completed"),
  /** Takes seconds, so that it is under way when something happens. */
  SLOW(10, "completed"),
  /** The connection closes in the middle of the first answers. */
  CUT(6, "completed"),
  /** The first answer stops in its middle and stays open. */
  STALLED(2, "completed"),
  /** The first answers are 503. */
  BUSY(2, "completed"),
  /**
   * The first answer is 429 and says when to come back; a worker then leaves all of its host alone.
   */
  THROTTLED(1, "completed"),
  /** Goes to the second store, whose disk may be full. */
  OTHER_STORE(5, "completed"),
  /** The record repeats an earlier one: the same job, to be told of once for each record. */
  REPEATED(3, "completed"),
  /** A command to cancel it follows its record; it may come too late. */
  CANCELLED(2, "cancelled"),
  /** The origin knows no such file. */
  GONE(3, "failed:http-status"),
  /** The job's checksum is not that of the file. */
  FALSE_CHECKSUM(2, "failed:checksum-mismatch"),
  /** The record is no JSON. */
  UNREADABLE(2, "failed:bad-job");

  private final int weight;
  private final String ending;

  CargoKind(int weight, String ending) {
    this.weight = weight;
    this.ending = ending;
  }

  /** How many of a hundred jobs are of this kind. */
  int weight() {
    return weight;
  }

  /**
   * Whether a job of this kind may end so.
   *
   * <p>A job that happened to be in flight whenever its worker was killed looks like the culprit,
   * so {@code poison} may befall every one.
   *
   * @param told an outcome, with {@code :} and the error code when it failed
   */
  boolean mayEnd(String told) {
    return told.equals(ending)
        || told.equals("failed:poison")
        || (this == CANCELLED && told.equals("completed"));
  }
}
