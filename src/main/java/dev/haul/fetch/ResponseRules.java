package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.policy.ExpectedContent;
import dev.haul.policy.RedirectRules;
import dev.haul.policy.ServerDigests;
import dev.haul.policy.Validator;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Judges the head of an answer before a byte of its body is stored.
 *
 * @param maxBytes of a body
 * @param verifyDigests whether to heed the digests that servers tell
 */
record ResponseRules(long maxBytes, boolean verifyDigests) {

  /**
   * @param content what the body must look like
   * @param size the bytes that the body must have, if known
   * @param now for dates in {@code Retry-After}
   */
  Verdict judge(
      SourceUrl url,
      ExpectedContent content,
      OptionalLong size,
      int status,
      MultiMap headers,
      Instant now) {
    if (status == 200) {
      return judgeBody(url, content, size, headers);
    }
    if (RedirectRules.isRedirect(status)) {
      List<String> locations = headers.getAll(HttpHeaders.LOCATION);
      return locations.size() > 1
          ? reject(ErrorCode.REDIRECT, url, "redirect with several Locations")
          : new Verdict.Redirect(locations.isEmpty() ? null : locations.getFirst());
    }
    if (status < 400 || status > 599) {
      return reject(ErrorCode.BAD_RESPONSE, url, "answered " + status + " where 200 was expected");
    }
    return new Verdict.Reject(statusFailure(url, status, headers, now));
  }

  /** Judges an answer that brings a part of the file. */
  Verdict judgePart(SourceUrl url, ExpectedContent content, long size, MultiMap headers) {
    return size > maxBytes
        ? reject(ErrorCode.TOO_LARGE, url, "file has more than " + maxBytes + " bytes")
        : judgeBody(url, content, OptionalLong.empty(), headers);
  }

  private static Failure statusFailure(SourceUrl url, int status, MultiMap headers, Instant now) {
    Duration retryAfter = RetryAfter.parse(headers.get(HttpHeaders.RETRY_AFTER), now);
    boolean throttled = status == 429 || (status == 503 && retryAfter != null);
    boolean retryable = throttled || status == 408 || status == 425 || status >= 500;
    return new Failure(
        throttled ? ErrorCode.THROTTLED : ErrorCode.HTTP_STATUS,
        FetchFailures.message(url, "answered " + status),
        retryable,
        OptionalInt.of(status),
        retryAfter);
  }

  private Verdict judgeBody(
      SourceUrl url, ExpectedContent content, OptionalLong size, MultiMap headers) {
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
      return reject(
          ErrorCode.BAD_RESPONSE,
          url,
          "answered with a Content-Encoding though none was asked for");
    }
    List<String> codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
    boolean chunked = !codings.isEmpty();
    if (chunked && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))) {
      return reject(ErrorCode.BAD_RESPONSE, url, "answered with an unknown Transfer-Encoding");
    }
    long length = chunked ? -1 : contentLength(headers.get(HttpHeaders.CONTENT_LENGTH));
    if (length == MALFORMED) {
      return reject(ErrorCode.BAD_RESPONSE, url, "answered with a malformed Content-Length");
    }
    String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
    String refusal = content.refuseType(contentType);
    if (refusal != null) {
      return new Verdict.Reject(FetchFailures.unexpected(url, refusal));
    }
    if (length >= 0 && size.isPresent() && length != size.getAsLong()) {
      return reject(ErrorCode.SIZE_MISMATCH, url, FetchFailures.sizes(length, size.getAsLong()));
    }
    if (Math.max(length, size.orElse(0)) > maxBytes) {
      return reject(ErrorCode.TOO_LARGE, url, "body has more than " + maxBytes + " bytes");
    }
    String etag = headers.get(HttpHeaders.ETAG);
    return new Verdict.Accept(
        length,
        chunked || length >= 0,
        contentType,
        etag,
        validator(etag, headers),
        verifyDigests ? ServerDigests.read(headers::getAll) : List.of());
  }

  /** Null as well when the server says that asking for parts is useless. */
  private static @Nullable Validator validator(@Nullable String etag, MultiMap headers) {
    return "none".equalsIgnoreCase(headers.get(HttpHeaders.ACCEPT_RANGES))
        ? null
        : Validator.of(etag, headers.get(HttpHeaders.LAST_MODIFIED), headers.get(HttpHeaders.DATE));
  }

  private static final long MALFORMED = -2;

  private static long contentLength(@Nullable String value) {
    if (value == null) {
      return -1;
    }
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : MALFORMED;
  }

  private static Verdict reject(ErrorCode code, SourceUrl url, String text) {
    return new Verdict.Reject(FetchFailures.of(code, url, text));
  }
}
