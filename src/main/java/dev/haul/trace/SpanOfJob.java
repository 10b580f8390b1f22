package dev.haul.trace;

import dev.haul.job.Failure;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Outcome;
import dev.haul.pipeline.AttemptTrace;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.JobTrace;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The span of a record that a worker processes. */
final class SpanOfJob implements JobTrace {
  private final Traces traces;
  private final Span span;
  private final JobRecord record;
  private final String traceparent;
  private @Nullable SpanOfAttempt attempt;
  private boolean done;

  SpanOfJob(Traces traces, Span span, JobRecord record) {
    this.traces = traces;
    this.span = span;
    this.record = record;
    this.traceparent = TraceText.of(span);
  }

  private Context context() {
    return Context.root().with(span);
  }

  @Override
  public String traceparent(@Nullable String published) {
    return traceparent;
  }

  @Override
  public void told(StateChanged state) {
    Failure failure = state.failure();
    span.addEvent(
        state.state().name().toLowerCase(Locale.ROOT),
        failure == null
            ? Attributes.empty()
            : Attributes.of(Labels.ERROR, failure.code().wireName()));
  }

  @Override
  public AttemptTrace attempt(int number, String host) {
    endAttempt();
    Span child =
        traces
            .tracer()
            .spanBuilder("attempt")
            .setSpanKind(SpanKind.CLIENT)
            .setParent(context())
            .setAttribute(Labels.HOST, host)
            .setAttribute(Labels.ATTEMPT, (long) number)
            .setAttribute(Labels.RESUMED, false)
            .startSpan();
    var next = new SpanOfAttempt(child);
    attempt = next;
    return next;
  }

  private void endAttempt() {
    if (attempt != null) {
      attempt.cutShort();
      attempt = null;
    }
  }

  @Override
  public String ended(
      Outcome outcome, @Nullable Failure failure, int attempts, @Nullable String published) {
    span.setAttribute(Labels.ATTEMPTS, (long) attempts);
    if (failure != null && outcome == Outcome.FAILED) {
      fail(span, failure);
    }
    Span sending =
        traces
            .tracer()
            .spanBuilder("send " + traces.labels().completions())
            .setSpanKind(SpanKind.PRODUCER)
            .setParent(context())
            .setAllAttributes(traces.labels().sending(record))
            .startSpan();
    end(outcome.name().toLowerCase(Locale.ROOT));
    String told = TraceText.of(sending);
    traces.sends(told, sending);
    return told;
  }

  static void fail(Span span, Failure failure) {
    span.setAttribute(Labels.ERROR, failure.code().wireName());
    span.setStatus(StatusCode.ERROR, failure.message());
  }

  @Override
  public String moved() {
    end("moved");
    return traceparent;
  }

  @Override
  public void over() {
    if (!done) {
      end("handed-over");
    }
  }

  private void end(String outcome) {
    endAttempt();
    done = true;
    span.setAttribute(Labels.OUTCOME, outcome);
    span.end();
  }
}
