package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Says what went wrong in the words of {@link Failure}. Messages name a URL without its query and
 * quote nothing that the server chose.
 */
final class FetchFailures {
  /** As Netty tells what a proxy answered to CONNECT. */
  private static final Pattern STATUS = Pattern.compile("status: ([0-9]{3})\\b");

  /** In characters, of one source among several. */
  private static final int LONGEST_REASON = 300;

  private FetchFailures() {}

  static Failure of(ErrorCode code, SourceUrl url, String text) {
    return Failure.of(code, message(url, text));
  }

  static String message(SourceUrl url, String text) {
    return url.redacted() + ": " + text;
  }

  static String sizes(long got, long expected) {
    return "body has " + got + " bytes but the job says " + expected;
  }

  /** The file is not what it should be, and will not be the next time. */
  static Failure unexpected(SourceUrl url, String refusal) {
    return of(ErrorCode.BAD_RESPONSE, url, refusal).fatal();
  }

  /** The server refuses (401, 403) what the job's credentials hold. */
  static Failure refused(SourceUrl url, Credential credential, int status) {
    return new Failure(
        ErrorCode.CREDENTIALS,
        message(url, "answered " + status + ": " + credential + " were refused"),
        false,
        OptionalInt.of(status),
        null);
  }

  /**
   * No connection came about.
   *
   * @param byProxy whether a proxy was to make it
   */
  static Failure connecting(SourceUrl url, Throwable cause, boolean byProxy) {
    if (cause instanceof ProxyConnectException refusal) {
      Matcher status = STATUS.matcher(String.valueOf(refusal.getMessage()));
      return of(
          ErrorCode.CONNECT,
          url,
          "the proxy made no connection"
              + (status.find() ? ": it answered " + status.group(1) : ""));
    }
    Failure failure = connecting(url, cause);
    return byProxy && failure.code() == ErrorCode.CONNECT
        ? Failure.of(failure.code(), failure.message() + ", by way of the proxy")
        : failure;
  }

  private static Failure connecting(SourceUrl url, Throwable cause) {
    if (has(cause, SslHandshakeTimeoutException.class)) {
      return of(ErrorCode.CONNECT, url, "the TLS handshake took too long");
    }
    if (has(cause, CertificateException.class) || has(cause, SSLException.class)) {
      return isCutShort(cause)
          ? of(ErrorCode.CONNECT, url, "connection closed during the TLS handshake")
          : of(ErrorCode.TLS, url, "TLS handshake failed: " + tlsReason(cause));
    }
    if (has(cause, ConnectException.class) && !has(cause, TimeoutException.class)) {
      boolean late = String.valueOf(cause.getMessage()).contains("timed out");
      return of(ErrorCode.CONNECT, url, late ? "connecting took too long" : "connection refused");
    }
    if (cause instanceof TimeoutException) {
      return of(ErrorCode.CONNECT, url, "connecting took too long");
    }
    if (cause instanceof VertxException) {
      return of(ErrorCode.CONNECT, url, "connection closed before HTTP/2 began");
    }
    if (cause instanceof IOException || cause instanceof Http2Exception) {
      return of(ErrorCode.CONNECT, url, "no connection: " + cause.getClass().getSimpleName());
    }
    return of(ErrorCode.INTERNAL, url, "could not connect: " + cause.getClass().getSimpleName());
  }

  /**
   * An answer broke off or breaks HTTP.
   *
   * @param progress how much of it had come
   */
  static Failure answering(SourceUrl url, Throwable cause, String progress) {
    if (cause instanceof SSLException) {
      return of(ErrorCode.INTERRUPTED, url, "TLS connection broke " + progress);
    }
    if (cause instanceof HttpClosedException
        || cause instanceof StreamResetException
        || cause instanceof ClosedChannelException
        || cause instanceof PrematureChannelClosureException
        || cause instanceof IOException) {
      return of(ErrorCode.INTERRUPTED, url, "connection closed " + progress);
    }
    if (cause instanceof CodecException
        || cause instanceof Http2Exception
        || cause instanceof IllegalArgumentException
        || cause instanceof IllegalStateException
        || cause instanceof VertxException) {
      return of(ErrorCode.BAD_RESPONSE, url, "answer breaks the rules of HTTP");
    }
    return of(
        ErrorCode.INTERNAL, url, "failed " + progress + ": " + cause.getClass().getSimpleName());
  }

  /**
   * All sources of a job failed; the one that may still work decides what happens next. Each reason
   * is told, long ones shortened.
   */
  static Failure allOf(List<Failure> failures) {
    Failure leading =
        failures.stream().filter(Failure::retryable).findFirst().orElse(failures.getFirst());
    if (failures.size() == 1) {
      return leading;
    }
    String message =
        "all "
            + failures.size()
            + " sources failed: "
            + String.join(
                "; ", failures.stream().map(failure -> shortened(failure.message())).toList());
    return new Failure(
        leading.code(), message, leading.retryable(), leading.status(), leading.retryAfter());
  }

  /** Keeps the beginning, which tells where, and the end, which tells why. */
  private static String shortened(String message) {
    int cut = message.length() - LONGEST_REASON;
    return cut <= 0
        ? message
        : message.substring(0, LONGEST_REASON / 2)
            + "…"
            + message.substring(LONGEST_REASON / 2 + cut);
  }

  private static String tlsReason(Throwable cause) {
    if (has(cause, CertificateExpiredException.class)) {
      return "the certificate has expired";
    }
    if (has(cause, CertificateNotYetValidException.class)) {
      return "the certificate is not valid yet";
    }
    String messages = messages(cause);
    if (messages.contains("subject alternative") || messages.contains("No name matching")) {
      return "the certificate is for another name";
    }
    if (messages.contains("certification path") || messages.contains("trust anchor")) {
      return "the certificate is not trusted";
    }
    return has(cause, CertificateException.class)
        ? "the certificate is refused"
        : "the server and this client found no common ground";
  }

  private static boolean isCutShort(Throwable cause) {
    return has(cause, ClosedChannelException.class)
        || messages(cause).contains("closed while SSL/TLS handshake")
        || (has(cause, IOException.class) && messages(cause).contains("Connection reset"));
  }

  private static boolean has(Throwable cause, Class<? extends Throwable> type) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private static String messages(Throwable cause) {
    var messages = new StringBuilder();
    for (Throwable at = cause; at != null; at = at.getCause()) {
      messages.append(at.getMessage()).append('\n');
    }
    return messages.toString();
  }
}
