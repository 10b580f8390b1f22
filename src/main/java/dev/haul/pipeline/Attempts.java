package dev.haul.pipeline;

import dev.haul.job.Attempt;
import dev.haul.job.Failure;
import dev.haul.job.History;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps count of the attempts at one job. Belongs to the dispatch context. */
final class Attempts {
  private final String worker;
  private final JobTrace trace;
  private AttemptTrace current = AttemptTrace.NONE;
  private History history = History.NONE;
  private int begun;
  private long bytesTransferred;
  private @Nullable Instant firstAt;
  private @Nullable Instant currentAt;
  private String currentHost = "";
  private long currentBytes;

  private Attempts(String worker, JobTrace trace) {
    this.worker = worker;
    this.trace = trace;
  }

  /**
   * Goes on where the job was when it came to wait elsewhere.
   *
   * @param carried null for a new job
   */
  static Attempts after(@Nullable Carried carried, String worker, JobTrace trace) {
    var attempts = new Attempts(worker, trace);
    if (carried != null) {
      attempts.history = carried.history();
      attempts.begun = carried.attempts();
      attempts.bytesTransferred = carried.bytesTransferred();
      attempts.firstAt = carried.startedAt();
    }
    return attempts;
  }

  /**
   * @param host that is asked first
   */
  void begin(String host, Instant now) {
    begun++;
    currentAt = now;
    currentHost = host;
    currentBytes = 0;
    current = trace.attempt(begun, host);
    if (firstAt == null) {
      firstAt = now;
    }
  }

  /** Takes what the attempt under way has brought. */
  void received(FetchResult result) {
    bytesTransferred += result.bytesTransferred();
    currentBytes += result.bytesTransferred();
    String host = result.host();
    currentHost = host == null ? currentHost : host;
  }

  /** Makes the attempt under way uncounted. */
  void takeBack() {
    begun--;
    currentAt = null;
    current.takenBack(currentHost, currentBytes);
  }

  /**
   * Ends the attempt under way, if one is.
   *
   * @param failure null when it succeeded
   */
  void end(@Nullable Failure failure, Instant now) {
    if (currentAt != null) {
      history =
          history.with(
              new Attempt(
                  begun,
                  currentAt,
                  now,
                  currentHost,
                  failure == null ? null : failure.code(),
                  failure == null ? null : failure.message(),
                  currentBytes,
                  worker));
      currentAt = null;
      current.ended(failure, currentHost, currentBytes);
    }
  }

  boolean isUnderWay() {
    return currentAt != null;
  }

  /** Of the attempt under way. */
  AttemptTrace trace() {
    return current;
  }

  /** The attempts begun, without those that were taken back. */
  int begun() {
    return begun;
  }

  /** Why the last attempt failed, as its history tells; null when none has. */
  @Nullable Failure lastFailure() {
    if (history.attempts().isEmpty()) {
      return null;
    }
    Attempt last = history.attempts().getLast();
    return last.code() == null || last.message() == null
        ? null
        : Failure.of(last.code(), last.message());
  }

  History history() {
    return history;
  }

  /** Body bytes received by all attempts. */
  long bytesTransferred() {
    return bytesTransferred;
  }

  /** When the first attempt began, null when none did. */
  @Nullable Instant firstAt() {
    return firstAt;
  }
}
