package dev.haul.trace;

import dev.haul.job.Failure;
import dev.haul.pipeline.AttemptTrace;
import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;

/** The span of an attempt, as a client of the host it asks. Ending it twice does nothing more. */
record SpanOfAttempt(Span span) implements AttemptTrace {
  @Override
  public void beginsAt(long bytes) {
    if (bytes > 0) {
      span.setAttribute(Labels.RESUMED, true);
      span.setAttribute(Labels.RESUMED_AT, bytes);
    }
  }

  @Override
  public void ended(@Nullable Failure failure, String host, long bytes) {
    if (failure != null) {
      SpanOfJob.fail(span, failure);
      if (failure.status().isPresent()) {
        span.setAttribute(Labels.STATUS, (long) failure.status().getAsInt());
      }
    }
    end(host, bytes);
  }

  @Override
  public void takenBack(String host, long bytes) {
    span.setAttribute(Labels.COUNTED, false);
    end(host, bytes);
  }

  /** The worker has no more to do with the job. */
  void cutShort() {
    span.end();
  }

  private void end(String host, long bytes) {
    span.setAttribute(Labels.HOST, host);
    span.setAttribute(Labels.BYTES, bytes);
    span.end();
  }
}
