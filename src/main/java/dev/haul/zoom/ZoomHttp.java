package dev.haul.zoom;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.policy.Backoff;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the API within the quotas, and again where Zoom was busy or away. Blocks; for
 * any thread that may.
 */
final class ZoomHttp {
  /** A longer wait is for people to decide on: the quota of a day is used up. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  /** The second may be needed when a token that others have just got is taken back too. */
  private static final int NEW_TOKENS = 2;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  private final WebClient client;
  private final ZoomSettings settings;
  private final ZoomTokens tokens;
  private final Quota quota;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final LongAdder requests = new LongAdder();
  private final LongAdder repeated = new LongAdder();

  ZoomHttp(
      WebClient client,
      ZoomSettings settings,
      ZoomTokens tokens,
      InstantSource clock,
      RandomGenerator random) {
    this.client = client;
    this.settings = settings;
    this.tokens = tokens;
    this.quota = new Quota(settings.lightPerSecond(), settings.mediumPerSecond());
    this.clock = clock;
    this.random = random;
  }

  /** All requests sent. */
  long requests() {
    return requests.sum();
  }

  /** Those of them that repeat one that Zoom did not answer. */
  long repeated() {
    return repeated.sum();
  }

  /**
   * Asks until there is an answer.
   *
   * @param path below the base, with query, percent-encoded
   * @throws ZoomRefused when Zoom says no, or has not answered in all attempts
   */
  JsonNode ask(HttpMethod method, RequestClass kind, String path) {
    String what = method + " " + path.replaceFirst("\\?.*", "");
    int newTokens = 0;
    String token = tokens.token();
    for (int attempt = 1; ; attempt++) {
      Attempt result = attempt(method, kind, path, what, token);
      switch (result) {
        case Attempt.Answered(JsonNode json) -> {
          return json;
        }
        case Attempt.TokenRefused(ZoomRefused refusal) -> {
          if (++newTokens > NEW_TOKENS) {
            throw refusal;
          }
          token = tokens.tokenAfter(token);
        }
        case Attempt.Refused(ZoomRefused refusal) -> throw refusal;
        case Attempt.Busy(ZoomRefused refusal, Duration pause) -> {
          if (attempt >= settings.attempts() || pause.compareTo(LONGEST_WAIT) > 0) {
            throw refusal;
          }
          quota.holdBack(kind, System.nanoTime() + pause.toNanos());
        }
        case Attempt.Away(ZoomRefused refusal) -> {
          if (attempt >= settings.attempts()) {
            throw refusal;
          }
          LockSupport.parkNanos(BACKOFF.delay(attempt, random).toNanos());
        }
      }
      repeated.increment();
      token = newTokens > 0 ? token : tokens.token();
    }
  }

  private sealed interface Attempt {
    record Answered(JsonNode json) implements Attempt {}

    record TokenRefused(ZoomRefused refusal) implements Attempt {}

    record Refused(ZoomRefused refusal) implements Attempt {}

    /** The quota is used up. */
    record Busy(ZoomRefused refusal, Duration pause) implements Attempt {}

    /** No answer, or one of a server that has troubles of its own. */
    record Away(ZoomRefused refusal) implements Attempt {}
  }

  private Attempt attempt(
      HttpMethod method, RequestClass kind, String path, String what, String token) {
    waitForTurn(kind);
    requests.increment();
    HttpResponse<Buffer> answer;
    try {
      answer =
          Answers.await(
              client
                  .requestAbs(method, settings.apiUrl() + path)
                  .bearerTokenAuthentication(token)
                  .followRedirects(false)
                  .timeout(settings.timeout().toMillis())
                  .send(),
              settings.timeout().plusSeconds(5),
              what);
    } catch (ZoomRefused e) {
      return new Attempt.Away(e);
    }
    int status = answer.statusCode();
    JsonNode json = ZoomJson.parse(answer.body());
    boolean isObject = json.isObject();
    if (status == 204 || (status == 200 && isObject)) {
      return new Attempt.Answered(json);
    }
    int code = json.path("code").asInt(0);
    var refusal =
        new ZoomRefused(
            status,
            code,
            "%s: status %d%s"
                .formatted(what, status, ZoomJson.quoted(json.path("message").asText(""))));
    if (status == 401) {
      return new Attempt.TokenRefused(refusal);
    } else if (status == 429) {
      return new Attempt.Busy(refusal, pause(answer));
    } else if (status >= 500 || status == 408 || status == 200) {
      Duration wait = told(answer.getHeader("Retry-After"));
      return wait == null ? new Attempt.Away(refusal) : new Attempt.Busy(refusal, wait);
    }
    return new Attempt.Refused(refusal);
  }

  private Duration pause(HttpResponse<Buffer> answer) {
    Duration told = told(answer.getHeader("Retry-After"));
    return told == null || told.compareTo(SECOND) < 0 ? SECOND : told;
  }

  /** Zoom tells a time of ISO 8601; seconds and HTTP dates are read too. Null for nothing. */
  private @Nullable Duration told(@Nullable String retryAfter) {
    if (retryAfter == null) {
      return null;
    }
    String text = retryAfter.strip();
    if (text.matches("[0-9]{1,8}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    Instant now = clock.instant();
    for (DateTimeFormatter form :
        new DateTimeFormatter[] {
          DateTimeFormatter.ISO_DATE_TIME, DateTimeFormatter.RFC_1123_DATE_TIME
        }) {
      try {
        Duration wait = Duration.between(now, ZonedDateTime.parse(text, form).toInstant());
        return wait.isNegative() ? Duration.ZERO : wait;
      } catch (DateTimeParseException e) {
        // The next form.
      }
    }
    return null;
  }

  private void waitForTurn(RequestClass kind) {
    for (long left = quota.take(kind, System.nanoTime());
        left > 0 && !Thread.currentThread().isInterrupted();
        left = quota.take(kind, System.nanoTime())) {
      LockSupport.parkNanos(left);
    }
  }
}
