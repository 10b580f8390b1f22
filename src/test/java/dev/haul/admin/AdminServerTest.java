package dev.haul.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class AdminServerTest {
  private static final AdminSettings ANY_PORT = new AdminSettings(true, "127.0.0.1", 0, null);

  private record Check(String name, Optional<String> problem) implements HealthCheck {}

  private static final HealthCheck KAFKA_IS_UP = new Check("kafka", Optional.empty());
  private static final HealthCheck STORE_IS_DOWN = new Check("store", Optional.of("disk is full"));

  private Vertx vertx;
  private WebClient client;
  private AdminServer server;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    client = WebClient.create(vertx);
    server = server(ANY_PORT, type -> "metrics as " + type, List.of(KAFKA_IS_UP, STORE_IS_DOWN));
    server.start().await();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close().await();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*/*                                                     | text/plain; version=0.0.4; charset=utf-8",
        "text/plain                                              | text/plain; version=0.0.4; charset=utf-8",
        "application/openmetrics-text;version=1.0.0,*/*;q=0.1    | application/openmetrics-text; version=1.0.0; charset=utf-8"
      })
  void metrics_come_in_the_format_that_is_accepted(String accept, String type) {
    HttpResponse<Buffer> response =
        client
            .get(server.actualPort(), "127.0.0.1", "/metrics?from=here")
            .putHeader("Accept", accept)
            .send()
            .await();

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("content-type")).isEqualTo(type);
    assertThat(response.bodyAsString()).isEqualTo("metrics as " + type);
  }

  @Test
  void metrics_that_fail_are_an_error_of_the_server() {
    restart(
        type -> {
          throw new IllegalStateException("secret");
        },
        List.of());

    HttpResponse<Buffer> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.bodyAsString()).isEqualTo("metrics cannot be written\n");
  }

  @Test
  void live_tells_each_check() {
    HttpResponse<Buffer> response = get("/health/live");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("content-type")).isEqualTo("application/json");
    assertThat(response.bodyAsString()).isEqualTo("{\"status\":\"up\",\"checks\":[]}\n");
  }

  @Test
  void ready_is_unavailable_while_one_check_is_down() {
    HttpResponse<Buffer> response = get("/health/ready");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.bodyAsString())
        .isEqualTo(
            "{\"status\":\"down\",\"checks\":[{\"name\":\"kafka\",\"status\":\"up\"},"
                + "{\"name\":\"store\",\"status\":\"down\",\"reason\":\"disk is full\"}]}\n");
  }

  @Test
  void a_check_that_throws_is_down() {
    restart(
        type -> "",
        List.of(
            new HealthCheck() {
              @Override
              public String name() {
                return "broken";
              }

              @Override
              public Optional<String> problem() {
                throw new IllegalStateException("secret");
              }
            }));

    HttpResponse<Buffer> response = get("/health/ready");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.bodyAsString())
        .isEqualTo(
            "{\"status\":\"down\",\"checks\":[{\"name\":\"broken\",\"status\":\"down\","
                + "\"reason\":\"the check failed: IllegalStateException\"}]}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/page", "/metrics/", "/health", "/health/live/../ready", "/favicon.ico"})
  void other_pages_are_not_found(String path) {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void nothing_can_be_written() {
    HttpResponse<Buffer> response =
        client
            .post(server.actualPort(), "127.0.0.1", "/metrics")
            .sendBuffer(Buffer.buffer("x"))
            .await();

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.getHeader("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void head_tells_the_status_without_a_body() {
    HttpResponse<Buffer> response =
        client.head(server.actualPort(), "127.0.0.1", "/health/ready").send().await();

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/health/live", "/nothing"})
  void answers_are_neither_kept_nor_guessed_at(String path) {
    HttpResponse<Buffer> response = get(path);

    assertThat(response.getHeader("cache-control")).isEqualTo("no-store");
    assertThat(response.getHeader("x-content-type-options")).isEqualTo("nosniff");
  }

  @Test
  void a_port_that_is_taken_is_named() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = new AdminSettings(true, "127.0.0.1", taken.getLocalPort(), null);

      assertThatThrownBy(() -> server(settings, type -> "", List.of()).start().await())
          .isInstanceOf(InvalidField.class)
          .hasMessageMatching(
              "admin\\.port must be free on 127\\.0\\.0\\.1 \\(.*Address already in use\\)"
                  + " but was "
                  + taken.getLocalPort());
    }
  }

  private void restart(UnaryOperator<String> scrape, List<HealthCheck> ready) {
    server.close().await();
    server = server(ANY_PORT, scrape, ready);
    server.start().await();
  }

  private AdminServer server(
      AdminSettings settings, UnaryOperator<String> scrape, List<HealthCheck> ready) {
    return new AdminServer(
        vertx,
        settings,
        scrape,
        List.of(),
        ready,
        new LiveBoard("w", Instant.EPOCH),
        _ -> () -> {},
        new FakeOperator(),
        InstantSource.fixed(Instant.EPOCH));
  }

  private HttpResponse<Buffer> get(String path) {
    return client.get(server.actualPort(), "127.0.0.1", path).send().await();
  }
}
