package dev.haul.admin;

import dev.haul.job.InvalidField;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics}, {@code /health/live} and {@code /health/ready}, the page and the API
 * behind it. Belongs to the context on which it is started.
 */
public final class AdminServer {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final int IDLE_SECONDS = 60;

  private final Vertx vertx;
  private final AdminSettings settings;
  private final UnaryOperator<String> scrape;
  private final Map<String, Handler<HttpServerRequest>> pages;
  private final Assets assets = new Assets();
  private final Access access;
  private final Api api;
  private final HttpServer server;

  /**
   * @param scrape gives the metrics for a content type; called on a worker thread, also
   *     concurrently
   * @param live what only a restart can cure
   * @param ready what must be well for jobs to be taken
   * @param board what this worker does
   * @param feed followed while somebody looks at the jobs of all workers
   * @throws InvalidField naming {@code admin.token-file} when it cannot be read
   */
  public AdminServer(
      Vertx vertx,
      AdminSettings settings,
      UnaryOperator<String> scrape,
      List<HealthCheck> live,
      List<HealthCheck> ready,
      LiveBoard board,
      FleetFeed feed,
      Operator operator,
      InstantSource clock) {
    this.vertx = vertx;
    this.settings = settings;
    this.scrape = scrape;
    this.access = new Access(settings.host(), settings.token());
    this.api = new Api(vertx, board, feed, operator, access, clock);
    this.pages =
        Map.of(
            "/metrics", this::metrics,
            "/health/live", request -> health(request, live),
            "/health/ready", request -> health(request, ready));
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(false)
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS))
            .requestHandler(this::answer);
  }

  /**
   * Listens.
   *
   * @return fails with {@link InvalidField} naming {@code admin.port} or {@code admin.host} when
   *     the address cannot be bound
   */
  public Future<Void> start() {
    return server
        .listen(settings.port(), settings.host())
        .<Void>mapEmpty()
        .recover(cause -> Future.failedFuture(refusal(cause)));
  }

  /** The port it listens on, which tells what {@code admin.port} 0 became. */
  public int actualPort() {
    return server.actualPort();
  }

  public Future<Void> close() {
    api.close();
    return server.close();
  }

  private InvalidField refusal(Throwable cause) {
    return cause instanceof UnknownHostException
        ? new InvalidField("admin.host", settings.host(), "must be an address of this machine")
        : new InvalidField(
            "admin.port",
            settings.port(),
            "must be free on %s (%s)".formatted(settings.host(), cause.getMessage()));
  }

  private void answer(HttpServerRequest request) {
    Answers.secure(request);
    String path = String.valueOf(request.path());
    String refusal = access.refusal(request);
    if (refusal != null) {
      Answers.problem(request, 421, refusal);
    } else if (pages.containsKey(path)) {
      read(request, pages.get(path));
    } else if (assets.has(path)) {
      read(request, assets::answer);
    } else if (path.startsWith(Api.ROOT)) {
      api.answer(request);
    } else {
      Answers.text(request, 404, Answers.PLAIN, "not found\n");
    }
  }

  private static void read(HttpServerRequest request, Handler<HttpServerRequest> page) {
    if (Answers.READING.contains(request.method())) {
      page.handle(request);
    } else {
      Answers.notAllowed(request, "GET, HEAD");
    }
  }

  private void metrics(HttpServerRequest request) {
    String accepted = String.valueOf(request.getHeader(HttpHeaders.ACCEPT));
    String type = accepted.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
    vertx
        .executeBlocking(() -> scrape.apply(type), false)
        .onSuccess(text -> Answers.text(request, 200, type, text))
        .onFailure(cause -> {
          log.warn("Metrics cannot be written", cause);
          Answers.text(request, 500, Answers.PLAIN, "metrics cannot be written\n");
        });
  }

  private static void health(HttpServerRequest request, List<HealthCheck> checks) {
    HealthPage page = HealthPage.of(checks);
    Answers.json(request, page.isUp() ? 200 : 503, page.json());
  }
}
