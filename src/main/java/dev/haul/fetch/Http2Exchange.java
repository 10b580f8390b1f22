package dev.haul.fetch;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An exchange on a stream of a connection that others use too. Its bytes are copies of Vert.x. */
final class Http2Exchange extends Exchange {
  /** What is read of an unwanted answer: servers take many resets for an attack. */
  private static final long MAX_UNWANTED_BYTES = 64 * 1024;

  private static final long MAX_UNWANTED_SECONDS = 2;

  private final Http2Connection connection;
  private @Nullable HttpClientRequest request;
  private boolean paused;
  private long unwantedBytes;
  private @Nullable ScheduledFuture<?> patience;

  Http2Exchange(Http2Connection connection, Connections connections, Listener listener) {
    super(connections, listener);
    this.connection = connection;
  }

  @Override
  Connection connection() {
    return connection;
  }

  @Override
  void send(HttpClientRequest sent, String userAgent, Map<String, String> callerHeaders) {
    request = sent;
    // Told by the answer's future; without a handler Vert.x would log it.
    sent.exceptionHandler(_ -> {});
    sent.continueHandler(_ -> heardInterim());
    sent.earlyHintsHandler(_ -> heardInterim());
    if (state == State.OVER) {
      reset(sent);
    } else {
      super.send(sent, userAgent, callerHeaders);
    }
  }

  private void heardInterim() {
    if (hasHeardEnough()) {
      fail(tooManyInterim());
    }
  }

  @Override
  void begin(HttpClientResponse head) {
    head.handler(this::receivedCopy);
  }

  /** Reads the rest of a short answer, and ends the stream before the end of a long one. */
  @Override
  void dismiss() {
    state = State.DISMISSED;
    patience =
        connection
            .channel()
            .eventLoop()
            .schedule(this::lostPatience, MAX_UNWANTED_SECONDS, TimeUnit.SECONDS);
  }

  private void lostPatience() {
    if (state == State.DISMISSED) {
      abort();
    }
  }

  /** Ends the stream; the connection goes on. */
  @Override
  void abort() {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    if (request == null) {
      // The stream is not there yet: when it comes, the connection counts it wrong.
      connection.retire();
    } else {
      reset(request);
    }
    release();
  }

  private static void reset(HttpClientRequest request) {
    var _ = request.reset(Http2Error.CANCEL.code());
  }

  @Override
  void doubt(Duration longest) {
    connection.doubt(longest);
  }

  /** The window of the stream fills, and then the server stops. */
  @Override
  void pause() {
    paused = true;
    if (response != null) {
      response.pause();
    }
  }

  @Override
  void resume() {
    if (paused && state != State.OVER) {
      paused = false;
      if (response != null) {
        response.resume();
      }
    }
  }

  @Override
  boolean isPaused() {
    return paused;
  }

  @Override
  boolean framesBodies() {
    return true;
  }

  /** RFC 9113 §8.7. */
  @Override
  boolean isUnheard(Throwable cause) {
    if (cause instanceof StreamResetException reset) {
      return reset.getCode() == Http2Error.REFUSED_STREAM.code();
    }
    boolean passedOver = request != null && connection.hasPassedOver(request.streamId());
    return passedOver || connection.isReused();
  }

  @Override
  void fail(Throwable cause) {
    if (cause instanceof StreamResetException && isUnheard(cause)) {
      connection.refused();
    }
    super.fail(cause);
  }

  private void receivedCopy(Buffer bytes) {
    if (bytes.length() == 0) {
      return;
    }
    if (state == State.TAKING) {
      listener.received(PlainBuffer.of(bytes));
    } else if (state == State.DISMISSED) {
      unwantedBytes += bytes.length();
      if (unwantedBytes > MAX_UNWANTED_BYTES) {
        abort();
      }
    }
  }

  @Override
  void release() {
    if (patience != null) {
      patience.cancel(false);
    }
    connections.release(connection);
  }
}
