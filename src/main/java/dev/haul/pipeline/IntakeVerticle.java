package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shell of {@link Intake}; runs on a virtual-thread context, where decoding may take its time.
 */
final class IntakeVerticle extends VerticleBase {
  private final Function<Vertx, JobSource> sources;
  private final IntakeSettings settings;
  private final Map<String, Integer> lanes;
  private final CommitSettings commit;
  private final IntakeGauges gauges;
  private final Duration grace;
  private @Nullable Intake intake;

  IntakeVerticle(
      Function<Vertx, JobSource> sources,
      IntakeSettings settings,
      Map<String, Integer> lanes,
      CommitSettings commit,
      IntakeGauges gauges,
      Duration grace) {
    this.sources = sources;
    this.settings = settings;
    this.lanes = lanes;
    this.commit = commit;
    this.gauges = gauges;
    this.grace = grace;
  }

  @Override
  public Future<?> start() {
    JobSource source = sources.apply(vertx);
    gauges.follow(source);
    var started = new Intake(vertx, source, settings, lanes, commit, gauges);
    intake = started;
    return Future.all(
            Bus.SETTLE.listen(vertx, started::settle).completion(),
            Bus.STATES.listen(vertx, started::tell).completion())
        .compose(_ -> source.start(started));
  }

  @Override
  public Future<?> stop() {
    return intake == null ? Future.succeededFuture() : intake.stop(grace);
  }
}
