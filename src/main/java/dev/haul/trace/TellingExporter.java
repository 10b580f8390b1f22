package dev.haul.trace;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that a collector takes no spans, and once that it does again. The exporter's own words
 * go to the log of the JDK, past the format of ours.
 */
final class TellingExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(TellingExporter.class);

  /** Held, as the JDK forgets the level of a logger that nobody holds. */
  private static final java.util.logging.Logger THEIRS =
      java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

  private final SpanExporter exporter;

  /** Set by the threads on which answers arrive. */
  private final AtomicBoolean refused = new AtomicBoolean();

  TellingExporter(OtlpHttpSpanExporterBuilder builder) {
    THEIRS.setLevel(Level.OFF);
    this.exporter = builder.build();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> tell(result, spans.size()));
  }

  private void tell(CompletableResultCode result, int spans) {
    if (result.isSuccess()) {
      if (refused.getAndSet(false)) {
        LOG.info("Spans are taken again");
      }
    } else if (!refused.getAndSet(true)) {
      LOG.warn("{} spans are lost: tracing.endpoint does not take them, trying on", spans);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
