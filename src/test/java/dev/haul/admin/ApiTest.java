package dev.haul.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.ErrorCode;
import dev.haul.job.InvalidField;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class ApiTest {
  private final PageFixture page = new PageFixture();

  @TempDir Path folder;
  private WebClient client;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    client = WebClient.create(vertx);
    page.start(vertx, Files.writeString(folder.resolve("token"), PageFixture.TOKEN + "\n"));
  }

  @AfterEach
  void stop() {
    client.close();
    page.close();
  }

  @Test
  void the_overview_counts_jobs_ends_hosts_and_failures() {
    page.running("a", "files.test", 300, 1000);
    page.waiting("b", "files.test", "answered 503");
    page.completed("c", 2048);
    page.failed("d", ErrorCode.HTTP_STATUS, "answered 404");

    JsonObject overview = get("overview").bodyAsJsonObject();

    JsonObject throughput = (JsonObject) overview.remove("throughput");
    assertThat(overview)
        .isEqualTo(
            new JsonObject(
                """
                {"worker": "w-1", "startedAt": "2026-11-24T00:00:00Z", "at": "2026-11-24T00:10:00Z",
                 "jobs": {"running": 1, "queued": 0, "waiting": 1},
                 "ended": {"completed": 1, "failed": 1}, "failures": {"http-status": 1},
                 "storedBytes": 2048, "bytesPerSecond": 100,
                 "hosts": [{"host": "files.test", "running": 1, "queued": 0, "waiting": 1}]}
                """));
    assertThat(throughput.getLong("from")).isEqualTo(PageFixture.NOW.getEpochSecond() - 300);
    assertThat(throughput.getJsonArray("jobsPerSecond").getInteger(299)).isEqualTo(2);
    assertThat(throughput.getJsonArray("bytesPerSecond").getInteger(299)).isEqualTo(2048);
  }

  @Test
  void jobs_are_listed_by_state_and_found_by_id() {
    page.running("a", "files.test", 300, 1000);
    page.waiting("b", "files.test", "answered 503");

    JsonObject running =
        new JsonObject(
            """
            {"jobId": "a", "state": "running", "attempt": 1, "worker": "w-1", "host": "files.test",
             "target": "a.mp4", "since": "2026-11-24T00:09:59Z",
             "bytes": 300, "totalBytes": 1000, "bytesPerSecond": 100, "etaSeconds": 7}
            """);
    assertThat(get("jobs?state=running").bodyAsJsonObject())
        .isEqualTo(new JsonObject().put("jobs", new JsonArray().add(running)));
    assertThat(get("jobs/a").bodyAsJsonObject()).isEqualTo(running);
    assertThat(get("jobs?limit=1").bodyAsJsonObject().getJsonArray("jobs")).hasSize(1);
    assertThat(get("jobs/b").bodyAsJsonObject().getString("reason"))
        .isEqualTo("http-status: answered 503");
    assertThat(get("jobs/nobody").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jobs?state=over | state must be queued, running or waiting but was 'over'",
        "jobs?limit=many | limit must be from 0 to 1000 but was 'many'",
        "jobs?limit=1001 | limit must be from 0 to 1000 but was '1001'",
      })
  void a_wrong_question_is_told_its_rule(String path, String message) {
    HttpResponse<Buffer> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.bodyAsJsonObject().getString("error")).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs?state=%zz", "jobs?limit=%", "dead?code=%4"})
  void a_question_that_cannot_be_decoded_is_refused(String path) throws IOException {
    assertThat(raw("GET", path)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void who_asks_for_the_head_of_the_stream_is_no_watcher() throws IOException {
    assertThat(raw("HEAD", "stream"))
        .startsWith("HTTP/1.1 200 ")
        .contains("content-type: text/event-stream")
        .contains("HTTP/1.1 404 ");
  }

  /** What is answered to a request that clients do not send, and to one for nothing after it. */
  private String raw(String method, String path) throws IOException {
    String request = "%s /api/v1/%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n";
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), page.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              (request.formatted(method, path, "")
                      + request.formatted("GET", "nothing", "Connection: close\r\n"))
                  .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void the_jobs_of_all_workers_are_followed_when_somebody_asks() {
    assertThat(page.followed()).isZero();

    JsonObject fleet = get("fleet").bodyAsJsonObject();
    get("fleet");

    assertThat(page.followed()).isEqualTo(1);
    assertThat(fleet.getBoolean("complete")).isTrue();
    assertThat(fleet.getJsonObject("ended"))
        .isEqualTo(new JsonObject().put("completed", 2).put("failed", 1));
    assertThat(fleet.getJsonObject("failures")).isEqualTo(new JsonObject().put("dns", 1));
    assertThat(fleet.getJsonArray("workers"))
        .isEqualTo(new JsonArray().add(new JsonObject().put("worker", "w-2").put("running", 1)));
    assertThat(fleet.getJsonArray("running").getJsonObject(0).getLong("bytes")).isEqualTo(5);
  }

  @Test
  void dead_letters_are_listed_and_counted_by_code_and_host() {
    page.dead("a", "dns", "files.test");
    page.dead("b", "http-status", "files.test");

    JsonObject all = get("dead?code=dns").bodyAsJsonObject();

    assertThat(all)
        .isEqualTo(
            new JsonObject(
                """
                {"open": 2, "matching": 1, "codes": {"dns": 1, "http-status": 1},
                 "hosts": {"files.test": 2},
                 "letters": [{"place": "haul.dead-0-0", "jobId": "a", "code": "dns",
                   "message": "why a failed", "host": "files.test", "attempts": 2, "redrives": 0,
                   "diedAt": "2026-11-24T00:09:59Z",
                   "history": [{"attempt": 1, "startedAt": "2026-11-24T00:00:01Z", "code": "dns"}]}]}
                """));
  }

  @Nested
  class A_redrive {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{'place':'haul.dead-0-1'}              | 1 | redrive the letter haul.dead-0-1",
          "{'code':'dns'}                         | 1 | redrive letters with dns",
          "{'code':'dns','host':'elsewhere.test'} | 0 | redrive letters with dns of elsewhere.test",
          "{'all':true}                           | 2 | redrive letters, all",
        })
    void takes_the_letters_that_are_meant(String body, int count, String told) {
      page.dead("a", "dns", "files.test");
      page.dead("b", "http-status", "files.test");

      HttpResponse<Buffer> response = redrive("Bearer " + PageFixture.TOKEN, "page", body);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.bodyAsJsonObject())
          .isEqualTo(new JsonObject().put("redriven", count).put("refused", 0));
      assertThat(page.commands()).containsExactly(told);
      assertThat(get("dead").bodyAsJsonObject().getInteger("open")).isEqualTo(2 - count);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{}",
          "{'all':false}",
          "{'all':true,'code':'dns'}",
          "{'place':'x','code':'dns'}",
          "{'code':7}",
          "{'jobId':'a'}",
          "[]"
        })
    void that_does_not_say_what_is_meant_is_refused(String body) {
      assertThat(redrive("Bearer " + PageFixture.TOKEN, "page", body).statusCode()).isEqualTo(400);
      assertThat(page.commands()).isEmpty();
    }

    @Test
    void needs_the_token_and_the_own_page() {
      assertThat(redrive("Bearer wrong", "page", "{'all':true}").statusCode()).isEqualTo(401);
      assertThat(redrive("Bearer " + PageFixture.TOKEN, "", "{'all':true}").statusCode())
          .isEqualTo(403);
      assertThat(page.commands()).isEmpty();
    }

    private HttpResponse<Buffer> redrive(String authorization, String ownPage, String body) {
      return post("redrive", authorization, ownPage, null, body);
    }
  }

  @Nested
  class A_command {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{'action':'pause','jobId':'a'}             | pause job a",
          "{'action':'cancel','host':'Files.test'}    | cancel host files.test",
          "{'action':'resume','worker':'w-1'}         | resume worker w-1",
          "{'action':'pause','all':true}              | pause all jobs",
        })
    void is_published(String body, String told) {
      HttpResponse<Buffer> response = command(PageFixture.TOKEN, body);

      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.bodyAsJsonObject().getString("told")).isEqualTo(told);
      assertThat(page.commands()).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "[]                                    | the body must be a JSON object",
          "{                                     | the body must be a JSON object",
          "{'action':'stop','jobId':'a'}         | action must be cancel, pause or resume but was 'stop'",
          "{'action':'pause'}                    | body must have one of jobId, host, worker and all beside action but was '[]'",
          "{'action':'pause','jobId':'a','all':true} | body must have one of jobId, host, worker and all beside action but was '[all, jobId]'",
          "{'action':'pause','all':1}            | all must be true but was '1'",
          "{'action':'pause','jobId':7}          | jobId must be text but was '7'",
        })
    void that_is_none_is_refused(String body, String message) {
      HttpResponse<Buffer> response = command(PageFixture.TOKEN, body);

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.bodyAsJsonObject().getString("error")).isEqualTo(message);
      assertThat(page.commands()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Basic d3Jvbmc6d3Jvbmc=", "Basic %", "Digest x", ""})
    void without_the_token_is_refused(String authorization) {
      HttpResponse<Buffer> response =
          send(authorization, "page", null, "{'action':'pause','all':true}");

      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(page.commands()).isEmpty();
    }

    @Test
    void takes_the_token_as_a_password_too() {
      String both = Base64.getEncoder().encodeToString(("me:" + PageFixture.TOKEN).getBytes(UTF_8));

      assertThat(send("Basic " + both, "page", null, "{'action':'pause','all':true}").statusCode())
          .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({"'',same-origin", "page,cross-site", "page,same-site"})
    void of_a_foreign_page_is_refused(String header, String site) {
      HttpResponse<Buffer> response =
          send("Bearer " + PageFixture.TOKEN, header, site, "{'action':'pause','all':true}");

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(page.commands()).isEmpty();
    }

    @Test
    void that_is_too_long_is_refused() {
      assertThat(command(PageFixture.TOKEN, " ".repeat(5000)).statusCode()).isEqualTo(413);
    }

    @Test
    void is_refused_when_there_is_no_token(Vertx vertx) {
      page.close();
      page.start(vertx, null);

      HttpResponse<Buffer> response = command(PageFixture.TOKEN, "{'action':'pause','all':true}");

      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.bodyAsJsonObject().getString("error"))
          .isEqualTo("read-only: admin.token-file is not set");
      assertThat(get("session").bodyAsJsonObject())
          .isEqualTo(new JsonObject().put("readOnly", true).put("mayChange", false));
    }

    private HttpResponse<Buffer> command(String token, String body) {
      return send("Bearer " + token, "page", null, body);
    }

    private HttpResponse<Buffer> send(
        String authorization, String ownPage, String site, String body) {
      return post("control", authorization, ownPage, site, body);
    }
  }

  @Test
  void a_name_that_somebody_points_here_is_not_served() {
    HttpResponse<Buffer> response =
        client
            .get(page.port(), "127.0.0.1", "/api/v1/overview")
            .putHeader("Host", "attacker.test")
            .send()
            .await();

    assertThat(response.statusCode()).isEqualTo(421);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.js", "/page.css", "/api/v1/overview", "/metrics"})
  void every_answer_forbids_frames_and_foreign_content(String path) {
    HttpResponse<Buffer> response = client.get(page.port(), "127.0.0.1", path).send().await();

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("content-security-policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(response.getHeader("x-frame-options")).isEqualTo("DENY");
    assertThat(response.getHeader("x-content-type-options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,overview,405",
    "GET,control,405",
    "GET,redrive,405",
    "POST,dead,405",
    "DELETE,control,405",
    "GET,nothing,404"
  })
  void other_methods_and_paths_are_refused(String method, String path, int status) {
    assertThat(
            client
                .request(HttpMethod.valueOf(method), page.port(), "127.0.0.1", "/api/v1/" + path)
                .send()
                .await()
                .statusCode())
        .isEqualTo(status);
  }

  @Test
  void every_path_is_described() {
    JsonObject described = get("openapi.json").bodyAsJsonObject().getJsonObject("paths");

    for (String path : described.fieldNames()) {
      HttpMethod method =
          described.getJsonObject(path).containsKey("get") ? HttpMethod.GET : HttpMethod.POST;
      if (!path.endsWith("/stream")) {
        int status =
            client
                .request(method, page.port(), "127.0.0.1", path.replace("{jobId}", "x"))
                .send()
                .await()
                .statusCode();
        assertThat(status).as(path).isIn(200, 401, path.contains("{") ? 404 : 200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "too-short"})
  void a_token_that_can_be_guessed_is_refused(String token) throws IOException {
    Path file = Files.writeString(folder.resolve("weak"), token);

    assertThatThrownBy(new AdminSettings(true, "127.0.0.1", 0, file)::token)
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("admin.token-file must hold a token of 16 to 1024 characters");
  }

  private HttpResponse<Buffer> post(
      String path, String authorization, String ownPage, String site, String body) {
    HttpRequest<Buffer> request =
        client
            .post(page.port(), "127.0.0.1", "/api/v1/" + path)
            .putHeader("Authorization", authorization);
    if (!ownPage.isEmpty()) {
      request.putHeader("X-Haul-Request", ownPage);
    }
    if (site != null) {
      request.putHeader("Sec-Fetch-Site", site);
    }
    return request.sendBuffer(Buffer.buffer(body.replace('\'', '"'))).await();
  }

  private HttpResponse<Buffer> get(String path) {
    return client.get(page.port(), "127.0.0.1", "/api/v1/" + path).send().await();
  }
}
