package dev.haul.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/** The form of a {@code traceparent} (W3C Trace Context, §3.2). */
final class TraceText {
  private static final int TRACE = 3;
  private static final int SPAN = 36;
  private static final int FLAGS = 53;

  private TraceText() {}

  /**
   * The context that new spans belong to.
   *
   * @param traceparent well formed; null for a trace of its own
   */
  static Context parent(@Nullable String traceparent) {
    if (traceparent == null) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            traceparent.substring(TRACE, SPAN - 1),
            traceparent.substring(SPAN, FLAGS - 1),
            TraceFlags.fromHex(traceparent, FLAGS),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(remote));
  }

  static String of(Span span) {
    SpanContext context = span.getSpanContext();
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
  }
}
