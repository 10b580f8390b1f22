package dev.haul.zoom;

import dev.haul.job.InvalidField;
import dev.haul.zoom.WebhookSignature.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes Zoom's events and answers 200 only when their jobs are safe, so that Zoom sends the others
 * again. State belongs to the server's event loop; counts may be read anywhere.
 */
public final class Webhook {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

  /** Requests at a time, which come or wait for Kafka; each holds its body. */
  private static final int MAX_OPEN = 256;

  private static final int REMEMBERED = 10_000;
  private static final int IDLE_SECONDS = 30;

  private final Vertx vertx;
  private final WebhookSettings settings;
  private final WebhookSignature signature;
  private final RecordingJobs jobs;
  private final Selection selection;
  private final JobSink sink;
  private final InstantSource clock;
  private final HttpServer server;
  private final Map<WebhookResult, LongAdder> counts = new EnumMap<>(WebhookResult.class);
  private final LongAdder published = new LongAdder();

  /** Events accepted last, by their kinds, times and files. */
  private final Set<String> accepted =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  private int open;
  private volatile boolean storing = true;

  /**
   * @param environment variables of the process, one of which may hold the secret token
   * @param selection which files of an event; its days and users do not matter
   * @throws InvalidField when there is no secret token
   */
  public Webhook(
      Vertx vertx,
      WebhookSettings settings,
      Map<String, String> environment,
      RecordingJobs jobs,
      Selection selection,
      JobSink sink,
      InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.signature =
        new WebhookSignature(
            Secret.read(
                "zoom.webhook.secret-file",
                settings.secretFile(),
                settings.secretEnv(),
                environment));
    this.jobs = jobs;
    this.selection = selection;
    this.sink = sink;
    this.clock = clock;
    for (WebhookResult result : WebhookResult.values()) {
      counts.put(result, new LongAdder());
    }
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS))
            .requestHandler(this::take);
  }

  /**
   * Listens.
   *
   * @return fails with {@link InvalidField} when the address cannot be bound
   */
  public Future<Void> start() {
    return server
        .listen(settings.port(), settings.host())
        .<Void>mapEmpty()
        .recover(cause ->
            Future.failedFuture(
                new InvalidField(
                    "zoom.webhook.port",
                    settings.port(),
                    "must be free on %s (%s)".formatted(settings.host(), cause.getMessage()))));
  }

  public int actualPort() {
    return server.actualPort();
  }

  /** Requests so far, by what became of them. */
  public Map<WebhookResult, Long> counts() {
    Map<WebhookResult, Long> sums = new EnumMap<>(WebhookResult.class);
    counts.forEach((result, count) -> sums.put(result, count.sum()));
    return sums;
  }

  /** Jobs that were stored. */
  public long published() {
    return published.sum();
  }

  /** Whether the last jobs could be stored. */
  public boolean isStoring() {
    return storing;
  }

  public Future<Void> close() {
    return server.close();
  }

  private void take(HttpServerRequest request) {
    if (open >= MAX_OPEN) {
      answer(request, WebhookResult.BUSY);
      return;
    }
    open++;
    Promise<Void> over = Promise.promise();
    over.future().onComplete(_ -> open--);
    request.response().endHandler(_ -> over.tryComplete()).closeHandler(_ -> over.tryComplete());
    if (!settings.path().equals(request.path())) {
      answer(request, WebhookResult.NOT_FOUND);
    } else if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("Allow", "POST");
      answer(request, WebhookResult.NOT_ALLOWED);
    } else {
      collect(request);
    }
  }

  private void collect(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(part -> {
      if (body.length() + part.length() > settings.maxBytes()) {
        request.handler(null).endHandler(null);
        request.response().putHeader("Connection", "close");
        answer(request, WebhookResult.TOO_LARGE);
      } else {
        body.appendBuffer(part);
      }
    });
    request.endHandler(_ -> judge(request, body));
  }

  private void judge(HttpServerRequest request, Buffer body) {
    Verdict verdict =
        signature.judge(
            request.getHeader("x-zm-request-timestamp"),
            request.getHeader("x-zm-signature"),
            body.getBytes(),
            clock.instant());
    switch (verdict) {
      case GOOD -> read(request, body);
      case UNSIGNED -> answer(request, WebhookResult.UNSIGNED);
      case STALE -> answer(request, WebhookResult.STALE);
      case WRONG -> answer(request, WebhookResult.WRONG_SIGNATURE);
    }
  }

  private void read(HttpServerRequest request, Buffer body) {
    switch (WebhookEvent.read(body)) {
      case WebhookEvent.Question(String plainToken) -> validate(request, plainToken);
      case WebhookEvent.Files(String name, List<Meeting> meetings) ->
          store(request, name, meetings);
      case WebhookEvent.Other() -> answer(request, WebhookResult.IGNORED);
      case WebhookEvent.Malformed() -> answer(request, WebhookResult.MALFORMED);
    }
  }

  private void validate(HttpServerRequest request, String plainToken) {
    counts(WebhookResult.VALIDATED);
    end(
        request,
        200,
        new JsonObject()
            .put("plainToken", plainToken)
            .put("encryptedToken", signature.encrypted(plainToken)));
  }

  private void store(HttpServerRequest request, String event, List<Meeting> meetings) {
    RecordingJobs.Plan plan =
        jobs.plan(
            meetings.stream().filter(selection::wants).toList(), file -> selection.wants(file));
    plan.broken().forEach(line -> LOG.warn("No job was made: {}", line));
    if (plan.jobs().isEmpty()) {
      answer(request, WebhookResult.IGNORED);
      return;
    }
    String key = event + plan.jobs().stream().map(job -> job.id().value()).sorted().toList();
    if (accepted.contains(key)) {
      answer(request, WebhookResult.DUPLICATE);
      return;
    }
    vertx
        .executeBlocking(
            () -> {
              sink.store(plan.jobs());
              return plan.jobs().size();
            },
            false)
        .onComplete(stored -> {
          storing = stored.succeeded();
          if (stored.succeeded()) {
            accepted.add(key);
            published.add(stored.result());
            answer(request, WebhookResult.ACCEPTED);
          } else {
            LOG.warn("An event is left to Zoom: {}", stored.cause().getMessage());
            answer(request, WebhookResult.NOT_STORED);
          }
        });
  }

  private void answer(HttpServerRequest request, WebhookResult result) {
    counts(result);
    end(request, result.status(), new JsonObject().put("result", result.wireName()));
  }

  private void counts(WebhookResult result) {
    LongAdder count = counts.get(result);
    if (count != null) {
      count.increment();
    }
  }

  private static void end(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.encode() + "\n")
        .onFailure(gone -> LOG.debug("Nobody waits for the answer: {}", gone.getMessage()));
  }
}
