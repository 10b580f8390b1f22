package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookTest {
  private static final String SECRET = "webhook-secret";
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static ZoomDouble zoom;

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  private final List<DownloadJob> stored = new CopyOnWriteArrayList<>();
  private volatile boolean refuses;
  private Webhook webhook;

  @BeforeAll
  static void startZoom() {
    zoom = ZoomDouble.start(DoublePlan.of(20, 60, false), 0, InstantSource.system());
  }

  @AfterAll
  static void stopZoom() {
    zoom.close();
  }

  @BeforeEach
  void start() {
    webhook =
        new Webhook(
            vertx,
            new WebhookSettings("127.0.0.1", 0, "/zoom", null, "TOKEN", 64 << 10),
            Map.of("TOKEN", SECRET),
            new RecordingJobs(
                TargetTemplate.parse(TargetTemplate.DEFAULT), "default", "zoom", null, 5),
            new Selection(LocalDate.EPOCH, LocalDate.EPOCH, List.of(), Set.of(), 0, false),
            this::store,
            InstantSource.fixed(NOW));
    webhook.start().await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private void store(List<DownloadJob> jobs) {
    if (refuses) {
      throw new IllegalStateException("no Kafka");
    }
    stored.addAll(jobs);
  }

  private static String event(String uuid) {
    return zoom.completedEvent(uuid, NOW.toEpochMilli());
  }

  private static String anyMeeting() {
    return zoom.meetings().iterator().next();
  }

  private HttpResponse<Buffer> post(String body, String timestamp, String signature) {
    return client
        .post(webhook.actualPort(), "127.0.0.1", "/zoom")
        .putHeader("x-zm-request-timestamp", timestamp)
        .putHeader("x-zm-signature", signature)
        .sendBuffer(Buffer.buffer(body))
        .await();
  }

  private HttpResponse<Buffer> post(String body, Instant signed) {
    String timestamp = "" + signed.getEpochSecond();
    return post(
        body, timestamp, new WebhookSignature(SECRET).sign(timestamp, body.getBytes(UTF_8)));
  }

  @Nested
  class A_signed_event {
    @Test
    void becomes_a_job_for_each_file_and_none_holds_its_token() {
      String uuid = anyMeeting();

      assertThat(post(event(uuid), NOW).statusCode()).isEqualTo(200);

      assertThat(stored).hasSize(zoom.contents(uuid).size());
      assertThat(stored)
          .allSatisfy(job -> {
            assertThat(job.credentials()).isEqualTo("zoom");
            assertThat(job.labels()).containsEntry(RecordingJobs.MEETING, uuid);
            assertThat(job.headers()).isEmpty();
            assertThat(job.url().text()).doesNotContain("token");
          });
    }

    @Test
    void that_comes_again_makes_no_more_jobs() {
      String event = event(anyMeeting());
      post(event, NOW);
      int before = stored.size();

      HttpResponse<Buffer> again = post(event, NOW.plusSeconds(30));

      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.bodyAsJsonObject().getString("result")).isEqualTo("duplicate");
      assertThat(stored).hasSize(before);
    }

    @Test
    void of_files_that_were_told_before_makes_their_jobs_again_when_it_is_another_one() {
      String completed = event(anyMeeting());
      String recovered = completed.replace("recording.completed", "recording.recovered");
      String later = zoom.completedEvent(anyMeeting(), NOW.plusSeconds(9).toEpochMilli());
      post(completed, NOW);
      int files = stored.size();

      post(recovered, NOW);
      post(later, NOW);

      assertThat(recovered).isNotEqualTo(completed);
      assertThat(stored).hasSize(3 * files);
    }

    @Test
    void is_left_to_zoom_when_its_jobs_cannot_be_stored() {
      String event = event(anyMeeting());
      refuses = true;
      assertThat(post(event, NOW).statusCode()).isEqualTo(503);
      assertThat(webhook.isStoring()).isFalse();

      refuses = false;

      assertThat(post(event, NOW).bodyAsJsonObject().getString("result")).isEqualTo("accepted");
      assertThat(webhook.isStoring()).isTrue();
      assertThat(stored).isNotEmpty();
    }

    @Test
    void of_another_kind_is_ignored() {
      assertThat(post("{\"event\":\"meeting.started\",\"payload\":{}}", NOW).bodyAsString())
          .contains("ignored");
    }

    @ParameterizedTest
    @CsvSource({"no json", "[]", "{}", "{\"event\":\"recording.completed\"}"})
    void that_says_nothing_is_refused(String body) {
      assertThat(post(body, NOW).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void the_question_for_the_secret_is_answered() {
    String body = "{\"event\":\"endpoint.url_validation\",\"payload\":{\"plainToken\":\"abc\"}}";

    JsonObject answer = post(body, NOW).bodyAsJsonObject();

    assertThat(answer)
        .isEqualTo(
            new JsonObject()
                .put("plainToken", "abc")
                .put("encryptedToken", new WebhookSignature(SECRET).encrypted("abc")));
  }

  @Nested
  class What_zoom_did_not_send {
    @Test
    void is_refused() {
      String body = event(anyMeeting());
      String time = "" + NOW.getEpochSecond();
      String good = new WebhookSignature(SECRET).sign(time, body.getBytes(UTF_8));

      assertThat(post(body, time, "v0=" + "0".repeat(64)).statusCode()).isEqualTo(401);
      assertThat(post(body, "", good).statusCode()).isEqualTo(401);
      assertThat(post(body + " ", time, good).statusCode()).isEqualTo(401);
      assertThat(post(body, NOW.minusSeconds(301)).bodyAsString()).contains("stale");
      assertThat(post(body, NOW.plusSeconds(301)).bodyAsString()).contains("stale");
      assertThat(post(body, NOW.minusSeconds(299)).statusCode()).isEqualTo(200);
      assertThat(webhook.counts())
          .containsEntry(WebhookResult.WRONG_SIGNATURE, 2L)
          .containsEntry(WebhookResult.UNSIGNED, 1L)
          .containsEntry(WebhookResult.STALE, 2L)
          .containsEntry(WebhookResult.ACCEPTED, 1L);
    }

    @Test
    void and_is_too_large_is_not_read() {
      assertThat(post("x".repeat(65 << 10), NOW).statusCode()).isEqualTo(413);
    }

    @Test
    void goes_nowhere_else() {
      assertThat(client.get(webhook.actualPort(), "127.0.0.1", "/zoom").send().await().statusCode())
          .isEqualTo(405);
      assertThat(client.post(webhook.actualPort(), "127.0.0.1", "/x").send().await().statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  @Timeout(60)
  void no_more_requests_are_read_at_a_time_than_there_is_memory_for() throws IOException {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 256; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), webhook.actualPort());
        open.add(socket);
        socket
            .getOutputStream()
            .write("POST /zoom HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{".getBytes(UTF_8));
      }
      while (post(event(anyMeeting()), NOW).statusCode() != 503) {
        Thread.onSpinWait();
      }
      assertThat(webhook.counts().get(WebhookResult.BUSY)).isPositive();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    while (post(event(anyMeeting()), NOW).statusCode() != 200) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_flood_of_forgeries_replays_and_duplicates_makes_each_job_once() {
    List<String> uuids = List.copyOf(zoom.meetings());
    var statuses = new ConcurrentLinkedQueue<Integer>();
    List<Future<?>> sent = new ArrayList<>();
    var signature = new WebhookSignature(SECRET);
    for (int i = 0; i < 2000; i++) {
      String body = event(uuids.get(i / 5 % uuids.size()));
      Instant signed =
          switch (i % 5) {
            case 1 -> NOW.minus(Duration.ofHours(1));
            default -> NOW;
          };
      String time = "" + signed.getEpochSecond();
      String sign =
          i % 5 == 0 ? "v0=" + "a".repeat(64) : signature.sign(time, body.getBytes(UTF_8));
      sent.add(
          client
              .post(webhook.actualPort(), "127.0.0.1", "/zoom")
              .putHeader("x-zm-request-timestamp", time)
              .putHeader("x-zm-signature", sign)
              .sendBuffer(Buffer.buffer(body))
              .onSuccess(answer -> statuses.add(answer.statusCode())));
    }
    Future.all(sent).await();

    Map<WebhookResult, Long> counts = webhook.counts();
    assertThat(statuses).hasSize(2000);
    assertThat(counts).containsEntry(WebhookResult.WRONG_SIGNATURE, 400L);
    assertThat(counts).containsEntry(WebhookResult.STALE, 400L);
    assertThat(counts.get(WebhookResult.ACCEPTED) + counts.get(WebhookResult.DUPLICATE))
        .isEqualTo(1200L);
    assertThat(counts.get(WebhookResult.DUPLICATE)).isPositive();
    assertThat(stored.stream().map(job -> job.id().value()).distinct()).hasSizeGreaterThan(0);
    for (String uuid : uuids) {
      assertThat(stored).anyMatch(job -> uuid.equals(job.labels().get(RecordingJobs.MEETING)));
    }
  }
}
