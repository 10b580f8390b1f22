package dev.haul.fetch;

import dev.haul.job.JobEvent;
import dev.haul.pipeline.FetchOrder;
import dev.haul.policy.SpeedMeter;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Tells how far one transfer is: at its start, at intervals, and at its end. */
final class ProgressTeller {
  private static final Duration SPEED_WINDOW = Duration.ofSeconds(5);

  private final Engine engine;
  private final FetchOrder order;
  private final OptionalLong totalBytes;
  private final long startBytes;
  private final long startNanos;
  private long toldNanos;

  /** Only transfers that outlive a tick need one. */
  private @Nullable SpeedMeter meter;

  /**
   * @param startBytes that are here already, by earlier attempts
   */
  ProgressTeller(
      Engine engine, FetchOrder order, OptionalLong totalBytes, long startBytes, long nowNanos) {
    this.engine = engine;
    this.order = order;
    this.totalBytes = totalBytes;
    this.startBytes = startBytes;
    this.startNanos = nowNanos;
    order.trace().beginsAt(startBytes);
    tell(startBytes, OptionalDouble.empty(), nowNanos);
  }

  void tick(long bytes, long nowNanos) {
    if (meter == null) {
      meter = new SpeedMeter(SPEED_WINDOW, startBytes, startNanos);
    }
    meter.sample(bytes, nowNanos);
    if (nowNanos - toldNanos >= engine.progressSettings().interval().toNanos()) {
      tell(bytes, meter.bytesPerSecond(), nowNanos);
    }
  }

  void end(long bytes, long nowNanos) {
    OptionalDouble speed;
    if (meter != null) {
      meter.sample(bytes, nowNanos);
      speed = meter.bytesPerSecond();
    } else {
      long elapsed = nowNanos - startNanos;
      speed =
          elapsed > 0
              ? OptionalDouble.of((bytes - startBytes) * 1e9 / elapsed)
              : OptionalDouble.empty();
    }
    tell(bytes, speed, nowNanos);
  }

  private void tell(long bytes, OptionalDouble speed, long nowNanos) {
    toldNanos = nowNanos;
    boolean known = totalBytes.isPresent() && speed.isPresent() && speed.getAsDouble() > 0;
    engine
        .progress()
        .accept(
            new JobEvent.Progress(
                order.job().id(),
                order.attempt(),
                bytes,
                totalBytes,
                speed,
                known
                    ? OptionalDouble.of((totalBytes.getAsLong() - bytes) / speed.getAsDouble())
                    : OptionalDouble.empty(),
                engine.clock().instant(),
                order.traceparent()));
  }
}
