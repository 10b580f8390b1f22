package dev.haul.zoom;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for Vert.x on a thread that may block: a virtual one, or one of the command line. */
final class Answers {
  private Answers() {}

  /**
   * @throws ZoomRefused when the future fails or the time is up
   */
  static <T> T await(Future<T> future, Duration longest, String what) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ZoomRefused(0, 0, what + ": " + cause.getClass().getSimpleName());
    } catch (TimeoutException e) {
      throw new ZoomRefused(0, 0, what + ": no answer within " + longest);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZoomRefused(0, 0, what + ": interrupted");
    }
  }
}
