package dev.haul.fetch;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;

/**
 * An exchange that has a connection for itself. On the fast path the body comes from the {@link
 * BodyTap} as it lies in the buffers of the connection, on the plain path from Vert.x, copied.
 */
final class Http1Exchange extends Exchange {
  private final Http1Connection connection;
  private final boolean fastPath;
  private boolean paused;

  Http1Exchange(
      Http1Connection connection, Connections connections, boolean fastPath, Listener listener) {
    super(connections, listener);
    this.connection = connection;
    this.fastPath = fastPath;
  }

  @Override
  Connection connection() {
    return connection;
  }

  @Override
  void send(String requestTarget, String userAgent, Map<String, String> callerHeaders) {
    connection.tap().attach(this);
    Endpoint endpoint = connection.endpoint();
    if (endpoint.isForwarded()) {
      super.send(endpoint.absolute(requestTarget), userAgent, connections.forwarded(callerHeaders));
    } else {
      super.send(requestTarget, userAgent, callerHeaders);
    }
  }

  @Override
  void begin(HttpClientResponse head) {
    if (!fastPath) {
      head.handler(this::receivedCopy);
    }
  }

  /** The connection is kept only when the rest of the answer has come already. */
  @Override
  void dismiss() {
    state = State.DISMISSED;
    if (!connection.tap().isReading()) {
      abort();
    }
  }

  /** Closes the connection. */
  @Override
  void abort() {
    state = State.OVER;
    if (paused && !fastPath && response != null) {
      // Vert.x loses the buffers that wait in a paused connection when it closes.
      response.resume();
    }
    connection.close();
  }

  @Override
  void pause() {
    paused = true;
    if (fastPath) {
      connection.channel().config().setAutoRead(false);
    } else if (response != null) {
      response.pause();
    }
  }

  @Override
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

  @Override
  boolean isPaused() {
    return paused;
  }

  @Override
  boolean framesBodies() {
    return false;
  }

  /** Without TLS there is no telling. */
  @Override
  boolean endsForSure() {
    return !connection.endpoint().tls() || connection.tap().hasToldEnd();
  }

  /** A server may close a connection at rest just as it is used. */
  @Override
  boolean isUnheard(Throwable cause) {
    return connection.isReused();
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
      listener.received(PlainBuffer.of(bytes));
    }
  }

  @Override
  void release() {
    if (!connection.tap().isReading()) {
      putBack();
    }
  }

  /** All that came in one go has been delivered; what is not over by now goes on later. */
  void readComplete() {
    if (state == State.OVER) {
      putBack();
    } else if (state == State.DISMISSED) {
      abort();
    }
  }

  private void putBack() {
    connection.tap().detach();
    if (paused) {
      connection.channel().config().setAutoRead(true);
    }
    connections.release(connection);
  }
}
