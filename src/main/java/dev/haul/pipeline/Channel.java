package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address of the event bus with the type of its messages and of their answers. Messages are
 * immutable values that pass by reference.
 *
 * @param <M> the message
 * @param <R> the answer; {@link Void} when there is none
 */
public record Channel<M, R>(String address) {
  private static final Logger LOG = LoggerFactory.getLogger(Channel.class);

  private static final DeliveryOptions BY_REFERENCE =
      new DeliveryOptions().setCodecName(LocalCodec.NAME).setLocalOnly(true);

  /**
   * A backstop that only a bug can reach: whoever answers bounds its own time, and a transfer may
   * take days.
   */
  private static final DeliveryOptions BY_REFERENCE_WITH_ANSWER =
      new DeliveryOptions(BY_REFERENCE).setSendTimeout(Duration.ofDays(30).toMillis());

  /** Hands a message to one consumer. */
  public void send(Vertx vertx, M message) {
    vertx.eventBus().send(address, message, BY_REFERENCE);
  }

  /** Hands a message to all consumers; there may be none. */
  public void publish(Vertx vertx, M message) {
    vertx.eventBus().publish(address, message, BY_REFERENCE);
  }

  /** Hands a message to one consumer and brings its answer. */
  public Future<R> ask(Vertx vertx, M message) {
    return vertx
        .eventBus()
        .<R>request(address, message, BY_REFERENCE_WITH_ANSWER)
        .map(Message::body);
  }

  /** Takes the messages that come, on the context of the caller. */
  public MessageConsumer<M> listen(Vertx vertx, Handler<M> handler) {
    return vertx.eventBus().localConsumer(address, message -> handler.handle(message.body()));
  }

  /** Answers each message when the future that the function returns completes, or fails. */
  public MessageConsumer<M> answer(Vertx vertx, Function<M, Future<R>> function) {
    return vertx
        .eventBus()
        .localConsumer(
            address,
            (Message<M> message) ->
                answered(function, message.body())
                    .onComplete(
                        answer -> message.reply(answer, BY_REFERENCE),
                        failure -> message.fail(500, String.valueOf(failure))));
  }

  /** A fault of the function is told too: whoever asks would wait for the backstop. */
  private static <M, R> Future<R> answered(Function<M, Future<R>> function, M message) {
    try {
      return function.apply(message);
    } catch (RuntimeException e) {
      LOG.error("Fault in an answer", e);
      return Future.failedFuture(e);
    }
  }
}
