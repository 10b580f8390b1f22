package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.FetchResult;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest extends OnBothPaths {
  @ParameterizedTest
  @CsvSource({
    "400, http-status, false, ,",
    "404, http-status, false, 5,PT5S",
    "408, http-status, true, ,",
    "425, http-status, true, ,",
    "429, throttled, true, ,",
    "429, throttled, true, 7,PT7S",
    "500, http-status, true, ,",
    "502, http-status, true, ,",
    "503, http-status, true, ,",
    "503, throttled, true, 0,PT0S"
  })
  void an_error_status_is_a_failure_of_its_kind(
      int status,
      String code,
      boolean retryable,
      @Nullable String retryAfter,
      @Nullable Duration wait) {
    String origin =
        bench.serve(request -> {
          if (retryAfter != null) {
            request.response().putHeader("retry-after", retryAfter);
          }
          request.response().setStatusCode(status).end("<html>no</html>");
        });

    assertThat(bench.failure(origin + "/f?secret=1"))
        .isEqualTo(
            new Failure(
                code.equals("throttled") ? ErrorCode.THROTTLED : ErrorCode.HTTP_STATUS,
                origin + "/f: answered " + status,
                retryable,
                OptionalInt.of(status),
                wait));
  }

  @Test
  void a_date_to_come_back_at_is_understood() {
    String origin =
        bench.serve(request ->
            request
                .response()
                .setStatusCode(429)
                .putHeader("retry-after", "Mon, 23 Nov 2026 12:01:30 GMT")
                .end());

    assertThat(bench.failure(origin).retryAfter()).isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_followed(int status) {
    String origin =
        bench.serve(request -> {
          switch (String.valueOf(request.path())) {
            case "/a/old" -> redirect(request, status, "../new/one?x=1");
            case "/new/one" -> request.response().end(String.valueOf(request.query()));
            default -> request.response().setStatusCode(404).end();
          }
        });

    assertThat(bench.content(bench.fetch(origin + "/a/old"))).asString().isEqualTo("x=1");
  }

  private static void redirect(HttpServerRequest request, int status, String location) {
    request.response().setStatusCode(status).putHeader("location", location).end("moved");
  }

  @Test
  void redirects_in_a_circle_end() {
    String origin =
        bench.serve(request -> redirect(request, 302, "/a".equals(request.path()) ? "/b" : "/a"));

    assertThat(bench.failure(origin + "/a"))
        .isEqualTo(
            Failure.of(
                ErrorCode.REDIRECT,
                origin + "/b: redirects go round in a circle at " + origin + "/a"));
  }

  @Test
  void redirects_without_end_end() {
    String origin = bench.serve(request -> redirect(request, 302, request.path() + "x"));

    assertThat(bench.failure(origin + "/").message()).endsWith("more than 5 redirects");
  }

  @Test
  void a_redirect_into_a_private_network_is_refused() {
    String origin = bench.serve(request -> redirect(request, 302, "http://10.0.0.1/"));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.FORBIDDEN_ADDRESS);
  }

  @Test
  void caller_headers_stay_with_their_origin() {
    List<MultiMap> received = new CopyOnWriteArrayList<>();
    String other =
        bench.serve(request -> {
          received.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
          request.response().end("ok");
        });
    String origin =
        bench.serve(request -> {
          received.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
          redirect(request, 302, "/a".equals(request.path()) ? "/b" : other);
        });

    FetchResult result =
        bench.fetch(
            FetchBench.job(
                origin + "/a",
                OptionalLong.empty(),
                Map.of("X-Api-Key", "k", "Authorization", "t", "Accept", "video/mp4")));

    assertThat(bench.content(result)).asString().isEqualTo("ok");
    assertThat(received)
        .extracting(headers -> headers.get("x-api-key"))
        .containsExactly("k", "k", null);
    assertThat(received)
        .extracting(headers -> headers.get("authorization"))
        .containsExactly("t", "t", null);
    assertThat(received)
        .extracting(headers -> headers.get("accept"))
        .containsExactly("video/mp4", "video/mp4", "*/*");
    assertThat(received)
        .extracting(headers -> headers.get("accept-encoding"))
        .containsOnly("identity");
    assertThat(received).extracting(headers -> headers.get("user-agent")).containsOnly("haul-test");
    assertThat(received.getFirst().get("host")).isEqualTo(origin.substring("http://".length()));
  }

  @Test
  void a_mirror_takes_over_when_the_source_fails() {
    String broken = bench.serveRaw(true, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    String mirror = bench.serve(request -> request.response().end("helloworld"));

    FetchResult result = bench.fetch(FetchBench.job(broken, mirror));

    assertThat(bench.content(result)).asString().isEqualTo("helloworld");
    assertThat(result.bytesTransferred()).isEqualTo(15);
    assertThat(bench.store.parts().getFirst().isDiscarded()).isTrue();
  }

  @Test
  void when_all_sources_fail_each_reason_is_told_and_the_hopeful_one_decides() {
    String missing = bench.serve(request -> request.response().setStatusCode(404).end());
    String busy =
        bench.serve(
            request -> request.response().setStatusCode(429).putHeader("retry-after", "9").end());

    Failure failure = bench.failure(bench.fetch(FetchBench.job(missing + "/f", busy + "/f")));

    assertThat(failure)
        .isEqualTo(
            new Failure(
                ErrorCode.THROTTLED,
                "all 2 sources failed: "
                    + missing
                    + "/f: answered 404; "
                    + busy
                    + "/f: answered 429",
                true,
                OptionalInt.of(429),
                Duration.ofSeconds(9)));
  }

  @Test
  void a_refused_connection_is_told() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    bench.allowPort(port);

    assertThat(bench.failure("http://127.0.0.1:" + port + "/f"))
        .isEqualTo(
            Failure.of(ErrorCode.CONNECT, "http://127.0.0.1:" + port + "/f: connection refused"));
  }

  @Test
  void an_address_that_is_not_public_is_not_asked() {
    bench.allowNetworks = List.of();
    List<String> asked = new CopyOnWriteArrayList<>();
    String origin = bench.serve(request -> asked.add(request.uri()));

    Failure failure = bench.failure(origin);

    assertThat(failure)
        .isEqualTo(
            Failure.of(
                ErrorCode.FORBIDDEN_ADDRESS,
                origin + ": address 127.0.0.1 must not be reached: it is loopback"));
    assertThat(bench.failure(origin.replace("127.0.0.1", "localhost")).code())
        .isEqualTo(ErrorCode.FORBIDDEN_ADDRESS);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "[::ffff:127.0.0.2]", "[::1]"})
  void an_odd_form_of_an_address_is_not_asked(String host) {
    bench.allowNetworks = List.of();

    assertThat(bench.failure("http://" + host + "/").code()).isEqualTo(ErrorCode.FORBIDDEN_ADDRESS);
  }

  @Test
  void a_host_on_the_list_is_asked_by_its_name() {
    bench.allowNetworks = List.of("localhost");
    String origin =
        bench
            .serve(request -> request.response().end(String.valueOf(request.getHeader("host"))))
            .replace("127.0.0.1", "localhost");

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo(origin.substring(7));
  }

  @Test
  void a_port_that_is_not_allowed_is_not_asked() {
    assertThat(bench.failure("http://127.0.0.1:25/"))
        .isEqualTo(
            Failure.of(
                ErrorCode.FORBIDDEN_ADDRESS, "http://127.0.0.1:25/: port 25 must not be reached"));
  }

  @Test
  void a_name_that_does_not_exist_is_told() {
    // Longer than a label may be, so that the resolver refuses it without asking anybody.
    assertThat(bench.failure("http://" + "x".repeat(64) + ".invalid/").code())
        .isEqualTo(ErrorCode.DNS);
  }

  @Test
  void credentials_that_are_not_configured_are_told() {
    DownloadJob plain = FetchBench.job("http://127.0.0.1/");
    var job =
        new DownloadJob(
            plain.id(),
            plain.url(),
            plain.mirrors(),
            plain.target(),
            plain.store(),
            plain.size(),
            null,
            Map.of(),
            "zoom",
            plain.ifExists(),
            plain.priority(),
            null,
            null,
            null,
            plain.maxAttempts(),
            Map.of());

    assertThat(bench.fetch(job))
        .isEqualTo(
            new FetchResult.Failed(
                Failure.of(ErrorCode.CREDENTIALS, "credentials 'zoom' are not configured"), 0));
  }

  @Test
  void a_job_whose_deadline_has_passed_is_not_tried() {
    DownloadJob plain = FetchBench.job("http://127.0.0.1/");
    var job =
        new DownloadJob(
            plain.id(),
            plain.url(),
            plain.mirrors(),
            plain.target(),
            plain.store(),
            plain.size(),
            null,
            Map.of(),
            null,
            plain.ifExists(),
            plain.priority(),
            null,
            null,
            FetchBench.NOW.minusSeconds(1),
            plain.maxAttempts(),
            Map.of());

    assertThat(bench.fetch(job))
        .isEqualTo(
            new FetchResult.Failed(
                Failure.of(ErrorCode.DEADLINE, "the job's deadline has passed"), 0));
  }
}
