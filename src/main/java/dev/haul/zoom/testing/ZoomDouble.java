package dev.haul.zoom.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Zoom on loopback: API and OAuth on one port, a second host for downloads on another, the host
 * with signed URLs on a third. All of it runs on one event loop.
 */
public final class ZoomDouble implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int PATIENCE = 30;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final DoubleAccount account;
  private final DoubleCounts counts = new DoubleCounts();
  private final DoubleTokens tokens;
  private final DoubleApi api;
  private final DoubleDownloads downloads;
  private final int port;
  private final int webPort;
  private final int contentPort;

  private ZoomDouble(DoublePlan plan, int port, InstantSource clock) {
    account = new DoubleAccount(plan);
    tokens = new DoubleTokens(plan.tokenLifetime(), clock, counts);
    api = new DoubleApi(plan, account, tokens, counts);
    downloads = new DoubleDownloads(account, tokens, counts);
    try {
      this.port = listen(port, this::main);
      this.webPort = listen(0, request -> downloads.answer(request, false));
      this.contentPort = listen(0, downloads::content);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    api.listenAt(url());
    downloads.listenAt("http://" + HOST + ":" + webPort, "http://" + HOST + ":" + contentPort);
  }

  /**
   * Starts a double; blocks.
   *
   * @param port 0 for any free one
   */
  public static ZoomDouble start(DoublePlan plan, int port, InstantSource clock) {
    return new ZoomDouble(plan, port, clock);
  }

  private interface Answer {
    void to(HttpServerRequest request);
  }

  private int listen(int wanted, Answer answer) {
    return await(vertx.createHttpServer().requestHandler(answer::to).listen(wanted, HOST))
        .actualPort();
  }

  private void main(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    if (path.equals("/oauth/token")) {
      request.setExpectMultipart(true);
      request.endHandler(_ -> tokens.answer(request));
    } else if (path.startsWith("/v2/")) {
      api.answer(request);
    } else if (path.startsWith("/rec/download/")) {
      downloads.answer(request, true);
    } else if (path.equals("/double/report")) {
      var report = new JsonObject();
      report().forEach(report::put);
      DoubleAnswers.json(request, 200, report.encodePrettily() + "\n");
    } else if (path.equals("/double/sums")) {
      DoubleAnswers.end(request, 200, sums());
    } else {
      DoubleAnswers.html(request, 404, "Not found");
    }
  }

  /** As sha256sum writes it: the digest of each file, its id, and how it goes wrong. */
  private String sums() {
    var lines = new StringBuilder();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (DoubleFile file : account.files().values()) {
        lines
            .append(HexFormat.of().formatHex(digest.digest(file.content())))
            .append("  ")
            .append(file.id())
            .append(' ')
            .append(file.fault())
            .append('\n');
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    return lines.toString();
  }

  public String url() {
    return "http://" + HOST + ":" + port;
  }

  /** The ports that a worker must be allowed to reach. */
  public List<Integer> ports() {
    return List.of(port, webPort, contentPort);
  }

  /** The origins that want the token. */
  public List<String> origins() {
    return List.of(url(), "http://" + HOST + ":" + webPort);
  }

  /** What happened so far, by name. */
  public Map<String, Integer> report() {
    Map<String, Integer> report = new LinkedHashMap<>(counts.all());
    report.put("light, most in a second", api.light().most());
    report.put("light, beyond the quota", api.light().refused());
    report.put("medium, most in a second", api.medium().most());
    report.put("medium, beyond the quota", api.medium().refused());
    report.put("meetings", account.meetings().size());
    report.put("meetings in the trash", account.trashed().size());
    report.put("meetings gone", account.deleted().size());
    return report;
  }

  /** What a meeting's files must hold, by their ids. */
  public Map<String, byte[]> contents(String uuid) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    meeting(uuid).files().forEach(file -> contents.put(file.id(), file.content()));
    return contents;
  }

  /** UUIDs of all meetings. */
  public Set<String> meetings() {
    return Set.copyOf(account.meetings().keySet());
  }

  /** UUIDs of meetings with a file that is too short each time. */
  public Set<String> truncated() {
    return account.meetings().values().stream()
        .filter(it -> it.files().stream().anyMatch(f -> f.fault() == DoubleFile.Fault.TRUNCATED))
        .map(DoubleMeeting::uuid)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** UUIDs of meetings in the trash or gone. */
  public Set<String> removed() {
    Set<String> removed = new HashSet<>(account.trashed());
    removed.addAll(account.deleted());
    return removed;
  }

  /** The event that Zoom would send when a meeting's recording is ready, not signed. */
  public String completedEvent(String uuid, long atMillis) {
    return new JsonObject()
        .put("event", "recording.completed")
        .put("event_ts", atMillis)
        .put("download_token", "double-download-token")
        .put(
            "payload",
            new JsonObject()
                .put("account_id", DoublePlan.ACCOUNT_ID)
                .put("object", DoubleJson.meeting(meeting(uuid), _ -> false, api::downloadUrl)))
        .encode();
  }

  private DoubleMeeting meeting(String uuid) {
    return Objects.requireNonNull(account.meetings().get(uuid), "no such meeting");
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the double does not start", e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
