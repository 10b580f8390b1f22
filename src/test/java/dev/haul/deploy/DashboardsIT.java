package dev.haul.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.haul.MonitoredWorker;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards and alerts against a real Prometheus that scrapes a real worker. */
class DashboardsIT {
  private static final Path DASHBOARDS = Path.of("docker/grafana/dashboards");
  private static final Path ALERTS = Path.of("docker/prometheus/alerts.yml");
  private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Pattern METRIC = Pattern.compile("\\b(haul|jvm|process|kafka)_[a-z0-9_]+");

  @TempDir Path folder;

  @Test
  void every_panel_and_alert_finds_its_data() throws Exception {
    assumeThat(Files.isExecutable(PROMETHEUS)).as("prometheus is installed").isTrue();
    try (var worker = MonitoredWorker.start(folder.resolve("files"));
        var prometheus = new Prometheus(folder, worker.adminPort());
        HttpClient client = HttpClient.newHttpClient()) {
      Set<String> expressions = panels();
      assertThat(expressions).hasSizeGreaterThan(20);
      Set<String> names = alertMetrics();
      Set<String> open = new TreeSet<>(expressions);
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInSameThread()
          .untilAsserted(() -> {
            worker.work();
            for (String expression : List.copyOf(open)) {
              if (prometheus.results(client, expression) > 0) {
                open.remove(expression);
              }
            }
            assertThat(open).as("expressions without data").isEmpty();
          });
      for (String name : names) {
        assertThat(prometheus.results(client, name)).as(name).isPositive();
      }
      lint(client, worker.adminPort());
    }
  }

  @Test
  void the_alerts_fire_when_they_should() throws Exception {
    assumeThat(Files.isExecutable(PROMTOOL)).as("promtool is installed").isTrue();

    run("check", "rules", "docker/prometheus/alerts.yml");
    run("check", "config", "docker/prometheus/prometheus.yml");
    run("test", "rules", "docker/prometheus/alerts-test.yml");
  }

  @Test
  void every_alert_has_a_section_that_tells_what_to_do() throws IOException {
    String page = Files.readString(Path.of("docs/operations.md"));

    for (JsonNode rule : rules()) {
      String name = rule.path("alert").asText();
      assertThat(page).contains("### " + name + "\n");
      assertThat(rule.at("/annotations/runbook_url").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void kubernetes_has_the_same_alerts() throws Exception {
    JsonNode rule = Manifests.of("overlays/monitoring").ofKind("PrometheusRule").getFirst();

    assertThat(rule.at("/spec/groups")).isEqualTo(yaml(ALERTS).path("groups"));
  }

  /** Names, units, types and help are as Prometheus wants them. */
  private void lint(HttpClient client, int port) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    Path text = folder.resolve("metrics.txt");
    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofFile(text));
    run(Redirect.from(text.toFile()), "check", "metrics");
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    run(Redirect.PIPE, arguments);
  }

  private static void run(Redirect input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectInput(input).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static Set<String> panels() throws IOException {
    Set<String> expressions = new TreeSet<>();
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      for (Path file : files.toList()) {
        for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
          for (JsonNode target : panel.path("targets")) {
            expressions.add(
                target
                    .path("expr")
                    .asText()
                    .replace("$__rate_interval", "15s")
                    .replace("$instance", ".*"));
          }
        }
      }
    }
    return expressions;
  }

  /** An alert finds nothing while all is well: what it looks at must be there. */
  private static Set<String> alertMetrics() throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode rule : rules()) {
      names.addAll(
          METRIC
              .matcher(rule.path("expr").asText())
              .results()
              .map(MatchResult::group)
              .collect(Collectors.toSet()));
    }
    return names;
  }

  private static JsonNode rules() throws IOException {
    return yaml(ALERTS).at("/groups/0/rules");
  }

  private static JsonNode yaml(Path file) throws IOException {
    return new YAMLMapper().readTree(file.toFile());
  }

  /** Debian's Prometheus, with a scrape each second. */
  private static final class Prometheus implements AutoCloseable {
    private final Process process;
    private final int port;

    Prometheus(Path folder, int target) throws IOException {
      Path config =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 1s}
              scrape_configs:
                - job_name: haul
                  static_configs: [{targets: ["127.0.0.1:%d"]}]
              """
                  .formatted(target));
      try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        port = socket.getLocalPort();
      }
      process =
          new ProcessBuilder(
                  PROMETHEUS.toString(),
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + port,
                  "--log.level=warn")
              .inheritIO()
              .start();
    }

    /** How many series an expression gives; 0 also while it cannot be asked. */
    int results(HttpClient client, String expression) throws InterruptedException {
      var uri =
          URI.create(
              "http://127.0.0.1:"
                  + port
                  + "/api/v1/query?query="
                  + URLEncoder.encode(expression, UTF_8));
      try {
        String body =
            client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        JsonNode answer = new ObjectMapper().readTree(body);
        assertThat(answer.path("errorType").asText()).as(body).isNotEqualTo("bad_data");
        return answer.at("/data/result").size();
      } catch (IOException e) {
        return 0;
      }
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
