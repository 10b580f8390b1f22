package dev.haul.kafka;

import dev.haul.job.ControlCommand;
import dev.haul.pipeline.ControlSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control topic as a worker reads it. {@link #start} must be called on a context that may block
 * for a moment, such as a virtual thread's: it loads Kafka's client.
 */
public final class ControlFeed implements ControlSource {
  private static final Logger LOG = LoggerFactory.getLogger(ControlFeed.class);

  /** What a start waits for the commands that are kept; Kafka answered a moment ago. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private @Nullable ControlReader reader;

  public ControlFeed(Vertx vertx, KafkaSettings kafka, TopicSettings topics) {
    this.vertx = vertx;
    this.kafka = kafka;
    this.topics = topics;
  }

  @Override
  public Future<Void> start(Listener listener) {
    Context context = vertx.getOrCreateContext();
    Promise<Void> caughtUp = Promise.promise();
    var opened =
        new ControlReader(
            LoneConsumer.open(kafka),
            topics.control(),
            new OnContext(context, listener),
            () -> context.runOnContext(_ -> caughtUp.tryComplete()));
    reader = opened;
    opened.start();
    Timer patience = vertx.timer(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        patience.onSuccess(_ -> {
          if (caughtUp.tryComplete()) {
            LOG.warn("{} is not read yet: jobs run, whatever it says", topics.control());
          }
        });
    return caughtUp.future().onComplete(_ -> patience.cancel());
  }

  @Override
  public Future<Void> close() {
    return reader == null ? Future.succeededFuture() : reader.close();
  }

  private record OnContext(Context context, Listener listener) implements Listener {
    @Override
    public void kept(List<ControlCommand> commands) {
      context.runOnContext(_ -> listener.kept(commands));
    }

    @Override
    public void given(List<ControlCommand> commands) {
      context.runOnContext(_ -> listener.given(commands));
    }
  }
}
