package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.pipeline.AttemptTrace;
import dev.haul.pipeline.ExtraSlots;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import dev.haul.policy.Allowance;
import dev.haul.policy.ContentCheck;
import dev.haul.policy.Expectation;
import dev.haul.policy.Quota;
import dev.haul.policy.SegmentSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A fetcher on an event loop with origins on loopback: what every test of fetching needs. */
final class FetchBench implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  static final Partition PARTITION = new Partition("jobs", 0);

  final Vertx vertx = Vertx.vertx();
  final FakePartStore store = new FakePartStore();
  final List<JobEvent.Progress> progress = new CopyOnWriteArrayList<>();
  Duration connectTimeout = Duration.ofSeconds(5);
  Duration firstByteTimeout = Duration.ofSeconds(20);
  Duration hedgeDelay = Duration.ZERO;
  Duration readTimeout = Duration.ofSeconds(20);
  Duration minSpeedWindow = Duration.ofSeconds(20);
  Duration totalTimeout = Duration.ofSeconds(60);
  Duration progressInterval = Duration.ofSeconds(60);
  long minSpeed;
  long maxBytes = 1L << 40;
  @Nullable String proxy;
  @Nullable Path proxySecret;
  boolean proxyResolves;
  List<String> noProxy = List.of();
  boolean nativeTls = true;
  boolean http2 = true;
  int maxRedirects = 5;
  List<String> allowNetworks = List.of("127.0.0.0/8");
  ContentCheck contentCheck = ContentCheck.HTML;
  List<Expectation> expect = List.of();
  Credentials credentials = Credentials.NONE;
  HostResolver.Lookup lookup = InetAddress::getAllByName;
  @Nullable Path tlsTrust;
  SegmentSettings segments = SegmentSettings.DEFAULTS;
  ExtraSlots slots = ExtraSlots.NONE;
  Runnable advanced = () -> {};

  private final boolean fastPath;
  private final Context context = vertx.getOrCreateContext();
  private final List<Integer> ports = new ArrayList<>();
  private @Nullable HttpFetcher fetcher;

  FetchBench(boolean fastPath) {
    this.fastPath = fastPath;
  }

  /** Starts an origin; answers its URL without a path. */
  String serve(Handler<HttpServerRequest> handler) {
    return "http://127.0.0.1:" + listen(new HttpServerOptions(), handler);
  }

  int listen(HttpServerOptions options, Handler<HttpServerRequest> handler) {
    int port =
        await(
            vertx
                .createHttpServer(options)
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    ports.add(port);
    return port;
  }

  /** Starts an origin that answers each request with these bytes, then may close. */
  String serveRaw(boolean close, String... pieces) {
    return serveSocket(socket ->
        socket.handler(request -> {
          Future<Void> sent = Future.succeededFuture();
          for (String piece : pieces) {
            sent =
                sent.compose(_ ->
                    socket.write(
                        io.vertx.core.buffer.Buffer.buffer(
                            piece.getBytes(StandardCharsets.ISO_8859_1))));
          }
          if (close) {
            sent.onComplete(_ -> socket.close());
          }
        }));
  }

  String serveSocket(Handler<NetSocket> handler) {
    int port =
        await(
            vertx
                .createNetServer()
                .connectHandler(handler)
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    ports.add(port);
    return "http://127.0.0.1:" + port;
  }

  void allowPort(int port) {
    ports.add(port);
  }

  FetchResult fetch(String url) {
    return fetch(job(url));
  }

  FetchResult fetch(DownloadJob job) {
    return await(begin(job, Future.future(_ -> {})));
  }

  Future<FetchResult> begin(DownloadJob job, Future<Stop> stop) {
    Promise<FetchResult> promise = Promise.promise();
    context.runOnContext(_ -> {
      Thread loop = Thread.currentThread();
      HttpFetcher made = fetcher == null ? create() : fetcher;
      fetcher = made;
      made.fetch(new FetchOrder(job, PARTITION, 1, slots, advanced, stop, null, AttemptTrace.NONE))
          .onComplete(
              result -> {
                if (Thread.currentThread() == loop) {
                  promise.complete(result);
                } else {
                  promise.fail("the result came on another thread");
                }
              },
              promise::fail);
    });
    return promise.future();
  }

  /** Of the bandwidth; empty for no limit. */
  List<Allowance> allowances = List.of();

  List<Quota> quotas = List.of();

  private HttpFetcher create() {
    var settings =
        new FetchSettings(
            connectTimeout,
            firstByteTimeout,
            hedgeDelay,
            readTimeout,
            minSpeed,
            minSpeedWindow,
            totalTimeout,
            maxRedirects,
            maxBytes,
            "haul-test",
            allowNetworks,
            ports,
            tlsTrust,
            contentCheck,
            expect,
            true,
            proxy == null ? null : Proxy.parse(proxy),
            proxySecret,
            null,
            proxyResolves,
            noProxy,
            nativeTls,
            http2,
            segments,
            fastPath);
    return HttpFetcher.create(
        vertx,
        settings,
        new ProgressSettings(progressInterval),
        credentials,
        WayOut.load(settings, Map.of()),
        new Bandwidth(allowances, quotas, ZoneOffset.UTC, InstantSource.fixed(NOW)),
        8,
        Map.of("default", store),
        progress::add,
        InstantSource.fixed(NOW),
        lookup);
  }

  Failure failure(String url) {
    return failure(fetch(url));
  }

  Failure failure(FetchResult result) {
    assertThat(result).isInstanceOf(FetchResult.Failed.class);
    assertThat(store.parts()).allMatch(part -> part.isDiscarded() || store.kept().contains(part));
    return ((FetchResult.Failed) result).failure();
  }

  byte[] content(FetchResult result) {
    assertThat(result).isInstanceOf(FetchResult.Fetched.class);
    return ((FakePart) ((FetchResult.Fetched) result).part()).content();
  }

  <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static DownloadJob job(String url, String... mirrors) {
    return job(url, OptionalLong.empty(), Map.of(), mirrors);
  }

  static DownloadJob job(
      String url, OptionalLong size, Map<String, String> headers, String... mirrors) {
    return job(url, "file.bin", size, headers, null, mirrors);
  }

  static DownloadJob job(
      String url,
      String target,
      OptionalLong size,
      Map<String, String> headers,
      @Nullable String credentials,
      String... mirrors) {
    return job(url, target, size, null, headers, credentials, mirrors);
  }

  /** Of a file that must have this checksum. */
  static DownloadJob job(String url, Checksum checksum) {
    return job(url, "file.bin", OptionalLong.empty(), checksum, Map.of(), null);
  }

  private static DownloadJob job(
      String url,
      String target,
      OptionalLong size,
      @Nullable Checksum checksum,
      Map<String, String> headers,
      @Nullable String credentials,
      String... mirrors) {
    DownloadJob plain = DownloadJob.of(new JobId("job"), SourceUrl.parse(url), new Target(target));
    return new DownloadJob(
        plain.id(),
        plain.url(),
        Arrays.stream(mirrors).map(SourceUrl::parse).toList(),
        plain.target(),
        plain.store(),
        size,
        checksum,
        headers,
        credentials,
        plain.ifExists(),
        plain.priority(),
        null,
        null,
        null,
        plain.maxAttempts(),
        plain.labels());
  }

  @Override
  public void close() {
    HttpFetcher made = fetcher;
    if (made != null) {
      Promise<Void> closed = Promise.promise();
      context.runOnContext(_ -> made.close().onComplete(closed));
      await(closed.future());
    }
    await(vertx.close());
    assertThat(store.parts()).allSatisfy(part -> assertThat(part.breaches()).isEmpty());
  }
}
