package dev.haul.chaos;

/**
 * A broken promise.
 *
 * @param subject the job, file or place that it is about
 */
public record Violation(Kind kind, String subject, String detail) {
  /** Which promise. */
  public enum Kind {
    LOST("a published job has no terminal event"),
    DOUBLED("a published job has more than one terminal event"),
    UNASKED("a terminal event belongs to no published job"),
    WRONG_END("a job ended as it cannot have ended"),
    WRONG_STATE("the last state of a job is not how it ended"),
    WRONG_DEAD_LETTER("a failed job has not exactly one dead letter, or another job has one"),
    WRONG_FILE("a completed job's file is missing or not the one it should be"),
    HALF_FILE("a file was seen under its name before it was whole"),
    LEFT_OVER("something was left in the store that belongs to no completed job"),
    EARLY_COMMIT("an offset was committed before the job's end could be read"),
    SILENCE("nothing went on although there was work and the group was stable"),
    BAD_EXIT("a process ended as it should not"),
    STUCK("the cluster did not come back within its time");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }
}
