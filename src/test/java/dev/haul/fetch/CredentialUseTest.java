package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.haul.fetch.CredentialSettings.Kind;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.FetchResult;
import dev.haul.policy.Media;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What origins receive of secrets, and what everybody else does not. */
@ParameterizedClass(name = "fast path {0}")
@ValueSource(booleans = {true, false})
class CredentialUseTest {
  private static final String SECRET = "s3cr3t-0123456789";
  private static final String REPLACED = "r3plac3d-0123456789";

  @Parameter boolean fastPath;
  @TempDir Path folder;
  private FetchBench bench;

  /** Origin and Authorization of each request, as the origins saw them. */
  private final List<String> received = new CopyOnWriteArrayList<>();

  private final List<FetchResult> results = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level usual = root.getLevel();

  @BeforeEach
  void start() throws IOException {
    bench = new FetchBench(fastPath);
    Files.writeString(folder.resolve("token"), SECRET + "\n");
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
  }

  @AfterEach
  void no_secret_is_anywhere() {
    bench.close();
    root.setLevel(usual);
    root.detachAppender(log);
    var produced = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      // What goes over the wire, as Netty's own logger of frames would show, is nobody's output.
      produced.append(event.getFormattedMessage()).append('\n');
      if (event.getThrowableProxy() != null) {
        produced.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
    produced.append(results).append(bench.progress).append(bench.credentials);
    assertThat(produced.toString()).doesNotContain(SECRET, REPLACED);
  }

  private void record(String name, HttpServerRequest request) {
    received.add(name + " " + request.getHeader("authorization"));
  }

  /** An origin that wants a token. */
  private String guarded(String name, String token) {
    return bench.serve(request -> {
      record(name, request);
      boolean known = ("Bearer " + token).equals(request.getHeader("authorization"));
      request.response().setStatusCode(known ? 200 : 401).end("file");
    });
  }

  private String redirecting(String name, String location) {
    return bench.serve(request -> {
      record(name, request);
      request.response().setStatusCode(302).putHeader("location", location).end();
    });
  }

  private void allow(String... origins) {
    bench.credentials = Credentials.load(Map.of("zoom", settings(List.of(), origins)), Map.of());
  }

  private CredentialSettings settings(List<Media> media, String... origins) {
    return new CredentialSettings(
        Kind.BEARER, null, null, folder.resolve("token"), null, List.of(origins), media);
  }

  private FetchResult fetch(
      String url, Map<String, String> headers, @Nullable String credentials, String... mirrors) {
    DownloadJob job =
        FetchBench.job(url, "file.bin", OptionalLong.empty(), headers, credentials, mirrors);
    FetchResult result = bench.fetch(job);
    results.add(result);
    return result;
  }

  private FetchResult fetch(String url, String... mirrors) {
    return fetch(url, Map.of(), "zoom", mirrors);
  }

  @Test
  void a_secret_goes_to_its_origin() {
    String origin = guarded("a", SECRET);
    allow(origin);

    assertThat(bench.content(fetch(origin + "/f"))).asString().isEqualTo("file");
    assertThat(received).containsExactly("a Bearer " + SECRET);
  }

  @Test
  void a_secret_takes_the_place_of_a_header_of_the_job() {
    String origin = guarded("a", SECRET);
    allow(origin);

    fetch(origin, Map.of("AUTHORIZATION", "mine", "Accept", "video/mp4"), "zoom");

    assertThat(received).containsExactly("a Bearer " + SECRET);
  }

  @Test
  void a_job_without_credentials_gets_none() {
    String origin = guarded("a", SECRET);
    allow(origin);

    FetchResult result = fetch(origin, Map.of(), null);

    assertThat(bench.failure(result).code()).isEqualTo(ErrorCode.HTTP_STATUS);
    assertThat(received).containsExactly("a null");
  }

  @Test
  void a_job_for_another_origin_fails_before_anything_is_asked() {
    String origin = guarded("a", SECRET);
    String other = guarded("b", SECRET);
    allow(origin);

    assertThat(bench.failure(fetch(other + "/f", origin)))
        .isEqualTo(Failure.of(ErrorCode.CREDENTIALS, "credentials 'zoom' are not for " + other));
    assertThat(received).isEmpty();
  }

  @Test
  void a_job_with_unknown_credentials_fails_before_anything_is_asked() {
    String origin = guarded("a", SECRET);
    allow(origin);

    assertThat(bench.failure(fetch(origin, Map.of(), "other")))
        .isEqualTo(Failure.of(ErrorCode.CREDENTIALS, "credentials 'other' are not configured"));
    assertThat(received).isEmpty();
  }

  @Test
  void a_redirect_to_another_origin_goes_without_the_secret() {
    String other =
        bench.serve(request -> {
          record("b", request);
          request.response().end("file");
        });
    String origin = redirecting("a", other + "/f");
    allow(origin);

    assertThat(bench.content(fetch(origin))).asString().isEqualTo("file");
    assertThat(received).containsExactly("a Bearer " + SECRET, "b null");
  }

  @Test
  void a_redirect_to_another_origin_of_the_list_takes_the_secret_along() {
    String other = guarded("b", SECRET);
    String origin = redirecting("a", other);
    allow(origin, other);

    fetch(origin);

    assertThat(received).containsExactly("a Bearer " + SECRET, "b Bearer " + SECRET);
  }

  @Test
  void a_redirect_by_way_of_a_stranger_shows_the_stranger_nothing() {
    String home = guarded("c", SECRET);
    String stranger = redirecting("b", home);
    String origin = redirecting("a", stranger);
    allow(origin, home);

    fetch(origin, Map.of("X-Mine", "1"), "zoom");

    assertThat(received).containsExactly("a Bearer " + SECRET, "b null", "c Bearer " + SECRET);
  }

  @Test
  void a_mirror_gets_the_secret_when_it_is_in_the_list() {
    String broken =
        bench.serve(request -> {
          record("a", request);
          request.response().setStatusCode(500).end();
        });
    String stranger = guarded("b", SECRET);
    String mirror = guarded("c", SECRET);
    allow(broken, mirror);

    assertThat(bench.content(fetch(broken, stranger, mirror))).asString().isEqualTo("file");
    assertThat(received).containsExactly("a Bearer " + SECRET, "b null", "c Bearer " + SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void a_secret_that_is_refused_is_named_and_not_tried_again(int status) {
    String origin =
        bench.serve(request -> {
          record("a", request);
          request.response().setStatusCode(status).end(request.getHeader("authorization"));
        });
    allow(origin);

    assertThat(bench.failure(fetch(origin + "/f?token=x")))
        .isEqualTo(
            new Failure(
                ErrorCode.CREDENTIALS,
                origin + "/f: answered " + status + ": credentials 'zoom' were refused",
                false,
                OptionalInt.of(status),
                null));
    assertThat(received).containsExactly("a Bearer " + SECRET);
  }

  @Test
  void a_secret_that_was_replaced_is_tried_at_once() throws IOException {
    String origin = guarded("a", REPLACED);
    allow(origin);
    Files.writeString(folder.resolve("token"), REPLACED);

    assertThat(bench.content(fetch(origin))).asString().isEqualTo("file");
    assertThat(received).containsExactly("a Bearer " + SECRET, "a Bearer " + REPLACED);
  }

  @Test
  void a_secret_that_is_replaced_over_and_over_is_tried_once_more_only() {
    String origin =
        bench.serve(request -> {
          record("a", request);
          bench
              .vertx
              .fileSystem()
              .writeFileBlocking(
                  folder.resolve("token").toString(),
                  io.vertx.core.buffer.Buffer.buffer("new-" + received.size()));
          request.response().setStatusCode(401).end();
        });
    allow(origin);

    assertThat(bench.failure(fetch(origin)).code()).isEqualTo(ErrorCode.CREDENTIALS);
    assertThat(received).containsExactly("a Bearer " + SECRET, "a Bearer new-1");
  }

  @Test
  void a_secret_that_was_replaced_is_noticed_without_a_refusal() throws Exception {
    String origin =
        bench.serve(request -> {
          record("a", request);
          request.response().end("file");
        });
    allow(origin);
    Files.writeString(folder.resolve("token"), REPLACED);
    bench.credentials.watch(bench.vertx);

    while (!received.contains("a Bearer " + REPLACED)) {
      fetch(origin);
    }
  }

  @Test
  void the_types_of_credentials_are_expected() {
    String origin =
        bench.serve(
            request -> request.response().putHeader("content-type", "application/json").end("{}"));
    bench.credentials =
        Credentials.load(
            Map.of("zoom", settings(List.of(Media.parse("video/*")), origin)), Map.of());

    assertThat(bench.failure(fetch(origin)))
        .isEqualTo(
            Failure.of(
                    ErrorCode.BAD_RESPONSE,
                    origin + ": expected video/* but the answer is application/json")
                .fatal());
  }
}
