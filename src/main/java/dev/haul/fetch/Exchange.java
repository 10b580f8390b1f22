package dev.haul.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. On the fast path the body comes from the {@link BodyTap} as it lies
 * in the buffers of the connection, on the plain path from Vert.x, copied.
 */
final class Exchange {
  /** Told what happens, on the event loop. */
  interface Listener {
    /** Must call {@link #take}, {@link #dismiss} or {@link #abort} before it returns. */
    void answered(HttpClientResponse head);

    /** Takes over the buffer. Called while messages are being read: it must not start new work. */
    void received(ByteBuf bytes);

    /** The answer is complete. */
    void ended();

    /** The answer will not be complete; not called after {@link #abort}. */
    void broke(Throwable cause);
  }

  private enum State {
    WAITING,
    TAKING,
    DISMISSED,
    OVER
  }

  private final Connection connection;
  private final Connections connections;
  private final boolean fastPath;
  private final Listener listener;
  private State state = State.WAITING;
  private boolean paused;
  private @Nullable HttpClientResponse response;

  Exchange(Connection connection, Connections connections, boolean fastPath, Listener listener) {
    this.connection = connection;
    this.connections = connections;
    this.fastPath = fastPath;
    this.listener = listener;
  }

  /**
   * Sends a {@code GET}.
   *
   * @param callerHeaders take the place of the usual ones
   */
  void send(String requestTarget, String userAgent, Map<String, String> callerHeaders) {
    connection.tap().attach(this);
    connection
        .http()
        .request(new RequestOptions().setURI(requestTarget))
        .onComplete(request -> send(request, userAgent, callerHeaders), this::fail);
  }

  private void send(
      HttpClientRequest request, String userAgent, Map<String, String> callerHeaders) {
    request
        .putHeader(HttpHeaders.USER_AGENT, userAgent)
        .putHeader(HttpHeaders.ACCEPT, "*/*")
        .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
    callerHeaders.forEach(request::putHeader);
    request.send().onComplete(this::answered, this::fail);
  }

  private void answered(HttpClientResponse head) {
    if (state == State.OVER) {
      return;
    }
    response = head;
    head.exceptionHandler(this::fail);
    head.endHandler(end -> ended());
    if (!fastPath) {
      head.handler(this::receivedCopy);
    }
    listener.answered(head);
  }

  /** The body is wanted. */
  void take() {
    state = State.TAKING;
  }

  /**
   * The body is not wanted. The connection is kept only when the rest of the answer has come
   * already.
   */
  void dismiss() {
    state = State.DISMISSED;
    if (!connection.tap().isReading()) {
      abort();
    }
  }

  /** Drops the connection; the listener hears no more. */
  void abort() {
    state = State.OVER;
    if (paused && !fastPath && response != null) {
      // Vert.x loses the buffers that wait in a paused connection when it closes.
      response.resume();
    }
    connection.close();
  }

  /** Lets no more bytes come, beyond those that were read already. */
  void pause() {
    paused = true;
    if (fastPath) {
      connection.channel().config().setAutoRead(false);
    } else if (response != null) {
      response.pause();
    }
  }

  void resume() {
    if (paused && state != State.OVER) {
      paused = false;
      if (fastPath) {
        connection.channel().config().setAutoRead(true);
      } else if (response != null) {
        response.resume();
      }
    }
  }

  boolean isPaused() {
    return paused;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  Connection connection() {
    return connection;
  }

  boolean takesBuffers() {
    return fastPath && response != null;
  }

  void received(ByteBuf bytes) {
    if (state == State.TAKING) {
      listener.received(bytes);
    } else {
      bytes.release();
    }
  }

  private void receivedCopy(Buffer bytes) {
    if (state == State.TAKING) {
      listener.received(Unpooled.wrappedBuffer(bytes.getBytes()));
    }
  }

  private void ended() {
    State last = state;
    if (last == State.OVER) {
      return;
    }
    state = State.OVER;
    if (!connection.tap().isReading()) {
      release();
    }
    if (last == State.TAKING) {
      listener.ended();
    }
  }

  private void fail(Throwable cause) {
    State last = state;
    if (last == State.OVER) {
      return;
    }
    abort();
    if (last != State.DISMISSED) {
      listener.broke(cause);
    }
  }

  /** All that came in one go has been delivered; what is not over by now goes on later. */
  void readComplete() {
    if (state == State.OVER) {
      release();
    } else if (state == State.DISMISSED) {
      abort();
    }
  }

  private void release() {
    connection.tap().detach();
    if (paused) {
      connection.channel().config().setAutoRead(true);
    }
    connections.release(connection);
  }
}
