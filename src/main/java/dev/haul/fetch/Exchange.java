package dev.haul.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CodecException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and its answer. */
abstract sealed class Exchange permits Http1Exchange, Http2Exchange {
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

  enum State {
    WAITING,
    TAKING,
    DISMISSED,
    OVER
  }

  /** Of answers before the answer (1xx), which cost nothing to send and never end by themselves. */
  private static final int MAX_INTERIM = 20;

  final Connections connections;
  final Listener listener;
  State state = State.WAITING;
  @Nullable HttpClientResponse response;
  private int interim;

  Exchange(Connections connections, Listener listener) {
    this.connections = connections;
    this.listener = listener;
  }

  /**
   * An exchange on a connection that was lent.
   *
   * @param fastPath takes bodies off HTTP/1 connections without copies
   */
  static Exchange on(
      Connection connection, Connections connections, boolean fastPath, Listener listener) {
    return switch (connection) {
      case Http1Connection http1 -> new Http1Exchange(http1, connections, fastPath, listener);
      case Http2Connection http2 -> new Http2Exchange(http2, connections, listener);
    };
  }

  abstract Connection connection();

  /**
   * Sends a {@code GET}.
   *
   * @param callerHeaders take the place of the usual ones
   */
  void send(String requestTarget, String userAgent, Map<String, String> callerHeaders) {
    connection()
        .http()
        .request(new RequestOptions().setURI(requestTarget))
        .onComplete(request -> send(request, userAgent, callerHeaders), this::fail);
  }

  void send(HttpClientRequest request, String userAgent, Map<String, String> callerHeaders) {
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
    head.endHandler(_ -> ended());
    begin(head);
    listener.answered(head);
  }

  /** Prepares for the body of an answer. */
  abstract void begin(HttpClientResponse head);

  /** The body is wanted. */
  void take() {
    state = State.TAKING;
  }

  /** The body is not wanted; the connection is kept where that costs little. */
  abstract void dismiss();

  /** Ends the exchange in its middle; the listener hears no more. */
  abstract void abort();

  /**
   * Nothing has come for too long. Finds out whether anybody is still there, where others share the
   * connection: it is closed when nobody answers in time.
   */
  void doubt(Duration longest) {}

  /** Lets no more bytes come, beyond those that are on their way. */
  abstract void pause();

  abstract void resume();

  abstract boolean isPaused();

  boolean isOver() {
    return state == State.OVER;
  }

  /** Whether no answer has begun. */
  boolean isWaiting() {
    return state == State.WAITING;
  }

  /** Whether something is still wanted of it. */
  boolean isWanted() {
    return state == State.WAITING || state == State.TAKING;
  }

  /** Whether a body's end can be told from a broken connection, whatever its head says. */
  abstract boolean framesBodies();

  /** Whether nobody can have cut a body that ended with the connection (RFC 9112 §9.8). */
  boolean endsForSure() {
    return true;
  }

  /**
   * Whether the server has not acted on the request, as far as can be known, so that asking again
   * is no other attempt.
   *
   * @param cause that the listener was told
   */
  abstract boolean isUnheard(Throwable cause);

  /** Counts an interim answer; whether there were too many. */
  boolean hasHeardEnough() {
    return ++interim > MAX_INTERIM;
  }

  static Throwable tooManyInterim() {
    return new CodecException("too many interim answers");
  }

  private void ended() {
    State last = state;
    if (last == State.OVER) {
      return;
    }
    state = State.OVER;
    release();
    if (last == State.TAKING) {
      listener.ended();
    }
  }

  /** The answer has been read to its end. */
  abstract void release();

  void fail(Throwable cause) {
    State last = state;
    if (last == State.OVER) {
      return;
    }
    abort();
    if (last != State.DISMISSED) {
      listener.broke(cause);
    }
  }
}
