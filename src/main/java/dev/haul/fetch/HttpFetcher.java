package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Fetcher;
import dev.haul.pipeline.PartStore;
import dev.haul.policy.AddressGuard;
import dev.haul.policy.MirrorOrder;
import dev.haul.policy.RedirectRules;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Fetches over HTTP/1.1, HTTP/2 and TLS. One timer looks after the deadlines of all its transfers,
 * so that a chunk costs no look at a clock and a request no timer.
 */
public final class HttpFetcher implements Fetcher {
  /** How late a deadline may be noticed. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** Larger than what one read brings, so that a read becomes one buffer. */
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  private static final int MAX_HEADER_BYTES = 32 * 1024;

  private final Engine engine;
  private final Set<Transfer> active = new HashSet<>();
  private final Vertx vertx;
  private final long timer;

  private HttpFetcher(Vertx vertx, Engine engine) {
    this.vertx = vertx;
    this.engine = engine;
    this.timer = vertx.setPeriodic(TICK.toMillis(), _ -> tick());
  }

  /**
   * Makes a fetcher that belongs to the calling event loop.
   *
   * @param credentials that jobs may name
   * @param wayOut to all hosts
   * @param bandwidth shared by all fetchers of a worker
   * @param maxConnectionsPerHost how many connections to keep at rest for one host
   * @param parts of each store, by its name
   * @param progress told on the event loop; must not block
   */
  public static HttpFetcher create(
      Vertx vertx,
      FetchSettings settings,
      ProgressSettings progressSettings,
      Credentials credentials,
      WayOut wayOut,
      Bandwidth bandwidth,
      int maxConnectionsPerHost,
      Map<String, PartStore> parts,
      Consumer<JobEvent.Progress> progress,
      InstantSource clock) {
    return create(
        vertx,
        settings,
        progressSettings,
        credentials,
        wayOut,
        bandwidth,
        maxConnectionsPerHost,
        parts,
        progress,
        clock,
        InetAddress::getAllByName);
  }

  static HttpFetcher create(
      Vertx vertx,
      FetchSettings settings,
      ProgressSettings progressSettings,
      Credentials credentials,
      WayOut wayOut,
      Bandwidth bandwidth,
      int maxConnectionsPerHost,
      Map<String, PartStore> parts,
      Consumer<JobEvent.Progress> progress,
      InstantSource clock,
      HostResolver.Lookup lookup) {
    Context context = vertx.getOrCreateContext();
    var opener =
        new Opener(
            vertx, options(settings, wayOut), settings.http2(), settings.connectTimeout(), wayOut);
    return new HttpFetcher(
        vertx,
        new Engine(
            context,
            settings,
            progressSettings,
            wayOut,
            new HostResolver(vertx, settings.guard(), lookup),
            new HostResolver(vertx, AddressGuard.none(), lookup),
            new Connections(opener, wayOut, maxConnectionsPerHost),
            bandwidth,
            new MirrorOrder(),
            new RedirectRules(settings.maxRedirects()),
            new ResponseRules(settings.maxBytes(), settings.verifyDigests()),
            settings.contentRules(),
            credentials,
            Map.copyOf(parts),
            progress,
            clock));
  }

  private static HttpClientOptions options(FetchSettings settings, WayOut wayOut) {
    int connectMillis = Math.toIntExact(Math.min(settings.connectTimeout().toMillis(), 1 << 30));
    var options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setUseAlpn(settings.http2())
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setInitialSettings(
                new Http2Settings()
                    .setPushEnabled(false)
                    .setInitialWindowSize(Http2Connection.STREAM_WINDOW_BYTES)
                    .setMaxHeaderListSize(MAX_HEADER_BYTES))
            .setKeepAlive(true)
            .setDecompressionSupported(false)
            .setVerifyHost(true)
            .setConnectTimeout(connectMillis)
            .setSslHandshakeTimeout(connectMillis)
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxChunkSize(MAX_CHUNK_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES);
    // A handshake verifies a chain of certificates, for longer than a loop may be held.
    options.setSslEngineOptions(
        wayOut.nativeTls()
            ? new OpenSSLEngineOptions().setUseWorkerThread(true)
            : new JdkSSLEngineOptions().setUseWorkerThread(true));
    if (wayOut.trust() != null) {
      options.setTrustOptions(wayOut.trust());
    }
    return options;
  }

  @Override
  public Future<FetchResult> fetch(FetchOrder order) {
    DownloadJob job = order.job();
    Credential credential = null;
    if (job.credentials() != null) {
      credential = engine.credentials().find(job.credentials());
      if (credential == null) {
        return failed(
            ErrorCode.CREDENTIALS, "credentials '" + job.credentials() + "' are not configured");
      }
      if (!credential.isFor(job.url())) {
        return failed(ErrorCode.CREDENTIALS, credential + " are not for " + job.url().origin());
      }
    }
    PartStore parts = engine.parts().get(job.store());
    if (parts == null) {
      return failed(ErrorCode.BAD_JOB, "store '" + job.store() + "' is not configured");
    }
    Transfer transfer = new Transfer(engine, order, parts, credential);
    active.add(transfer);
    Future<FetchResult> result = transfer.start();
    result.onComplete(_ -> active.remove(transfer));
    return result;
  }

  private static Future<FetchResult> failed(ErrorCode code, String message) {
    return Future.succeededFuture(new FetchResult.Failed(Failure.of(code, message), 0));
  }

  /** Over a copy, because a transfer that ends leaves the set. */
  private void tick() {
    long now = System.nanoTime();
    for (Transfer transfer : List.copyOf(active)) {
      transfer.tick(now);
    }
    engine.connections().sweep(now);
    engine.bandwidth().tick(now);
  }

  @Override
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    new ArrayList<>(active).forEach(Transfer::close);
    return engine
        .connections()
        .close()
        .eventually(engine.hosts()::close)
        .eventually(engine.proxyHosts()::close);
  }
}
