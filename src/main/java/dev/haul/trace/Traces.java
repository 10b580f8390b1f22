package dev.haul.trace;

import dev.haul.job.JobEvent;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.JobTrace;
import dev.haul.pipeline.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of jobs and sends them, in batches and on a thread of its own, to a collector: what
 * it does not take in time is lost. Parents are passed by hand and never put on a thread. Names and
 * attributes follow the semantic conventions for messaging.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/">Semantic conventions for
 *     messaging</a>
 */
public final class Traces implements Tracing, AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  /** Ends on their way to Kafka at most; of more, the oldest are not followed to their arrival. */
  private static final int MOST_SENDING = 16_384;

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final Labels labels;

  /** By the traceparent of the terminal event. Begun on dispatch's context, ended on report's. */
  private final SequencedMap<String, Span> sending = new LinkedHashMap<>();

  private Traces(SdkTracerProvider provider, Labels labels) {
    this.provider = provider;
    this.tracer = provider.get("dev.haul");
    this.labels = labels;
  }

  /**
   * Starts the thread that sends spans.
   *
   * @param settings whose endpoint is set
   * @param worker that all spans are of
   * @param group that takes the jobs
   * @param completions the topic of terminal events
   */
  public static Traces start(
      TracingSettings settings, String worker, String group, String completions) {
    var exporter = new TellingExporter(OtlpHttpSpanExporter.builder().setEndpoint(settings.url()));
    Sampler own =
        settings.oneIn() == 1
            ? Sampler.alwaysOn()
            : Sampler.traceIdRatioBased(1.0 / settings.oneIn());
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.create(resource(worker)))
            .setSampler(Sampler.parentBased(own))
            .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
            .build();
    return new Traces(provider, new Labels(group, completions));
  }

  private static Attributes resource(String worker) {
    var attributes =
        Attributes.builder().put("service.name", "haul").put("service.instance.id", worker);
    String version = Traces.class.getPackage().getImplementationVersion();
    if (version != null) {
      attributes.put("service.version", version);
    }
    return attributes.build();
  }

  @Override
  public JobTrace begin(JobRecord record) {
    Span span =
        tracer
            .spanBuilder("process " + record.position().partition().topic())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(TraceText.parent(record.traceparent()))
            .setAllAttributes(labels.processing(record))
            .startSpan();
    return new SpanOfJob(this, span, record);
  }

  Tracer tracer() {
    return tracer;
  }

  Labels labels() {
    return labels;
  }

  /** A terminal event goes to Kafka. */
  void sends(String traceparent, Span span) {
    synchronized (sending) {
      sending.put(traceparent, span);
      if (sending.size() > MOST_SENDING) {
        var _ = sending.pollFirstEntry();
      }
    }
  }

  /** Hears of events; of an end when Kafka has it. */
  public void onEvent(JobEvent event) {
    if (event instanceof JobEvent.Ended ended && ended.traceparent() != null) {
      Span span = sent(ended.traceparent());
      if (span != null) {
        span.end();
      }
    }
  }

  private @Nullable Span sent(String traceparent) {
    synchronized (sending) {
      return sending.remove(traceparent);
    }
  }

  /** Sends what is left, for a few seconds. */
  @Override
  public void close() {
    var _ = provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
