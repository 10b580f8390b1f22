package dev.haul.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.haul.MonitoredWorker;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboards and alerts against a real Prometheus that scrapes a real worker. */
class DashboardsIT {
  private static final Path DASHBOARDS = Path.of("docker/grafana/dashboards");
  private static final Path ALERTS = Path.of("docker/prometheus/alerts.yml");
  private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  /** A metric and the labels that are asked of it. */
  private static final Pattern SELECTOR =
      Pattern.compile("\\b(up|(haul|jvm|process|kafka)_[a-z0-9_]+)\\b(\\{[^}]*})?");

  private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern TOLD = Pattern.compile("\\$labels\\.(\\w+)");

  @TempDir Path folder;

  @Test
  void every_panel_and_alert_finds_its_data() throws Exception {
    assumeThat(Files.isExecutable(PROMETHEUS)).as("prometheus is installed").isTrue();
    try (var worker = MonitoredWorker.start(folder.resolve("files"));
        var prometheus = new Prometheus(folder, worker.adminPort());
        HttpClient client = HttpClient.newHttpClient()) {
      Set<String> expressions = panels();
      assertThat(expressions).hasSizeGreaterThan(20);
      List<String> signals = signals();
      expressions.addAll(signals);
      Set<String> open = new TreeSet<>(expressions);
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInSameThread()
          .untilAsserted(() -> {
            worker.work();
            for (String expression : List.copyOf(open)) {
              if (!prometheus.ask(client, expression).isEmpty()) {
                open.remove(expression);
              }
            }
            assertThat(open).as("expressions without data").isEmpty();
          });
      for (JsonNode rule : rules()) {
        assertKnown(rule, prometheus, client);
      }
      for (String signal : signals) {
        assertThat(prometheus.ask(client, signal)).as("KEDA takes one value").hasSize(1);
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
  void workers_have_the_same_job_on_kubernetes_as_in_compose() throws Exception {
    Manifests manifests = Manifests.of("overlays/monitoring");
    JsonNode monitor = manifests.ofKind("PodMonitor").getFirst();
    PodTemplateSpec pod = manifests.one(StatefulSet.class).getSpec().getTemplate();
    Map<String, String> labels = pod.getMetadata().getLabels();
    JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");

    assertThat(labels.get(monitor.at("/spec/jobLabel").asText()))
        .isEqualTo(
            yaml(Path.of("docker/prometheus/prometheus.yml"))
                .at("/scrape_configs/0/job_name")
                .asText());
    monitor
        .at("/spec/selector/matchLabels")
        .properties()
        .forEach(each -> assertThat(labels).containsEntry(each.getKey(), each.getValue().asText()));
    assertThat(pod.getSpec().getContainers().getFirst().getPorts())
        .extracting(ContainerPort::getName)
        .containsExactly(endpoint.path("port").asText());
    assertThat(endpoint.path("path").asText()).isEqualTo("/metrics");
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

  /** What KEDA scales by. */
  private static List<String> signals() throws IOException, InterruptedException {
    List<String> queries =
        Manifests.of("overlays/keda").ofKind("ScaledObject").getFirst().findValuesAsText("query");
    assertThat(queries).hasSize(2);
    return queries;
  }

  /**
   * An alert finds nothing while all is well: what it looks at must be there, with the labels that
   * it groups by and tells.
   */
  private static void assertKnown(JsonNode rule, Prometheus prometheus, HttpClient client)
      throws InterruptedException {
    String expression = rule.path("expr").asText();
    Set<String> labels = new TreeSet<>();
    for (MatchResult selector : SELECTOR.matcher(expression).results().toList()) {
      List<JsonNode> series = prometheus.ask(client, selector.group());
      assertThat(series).as(selector.group()).isNotEmpty();
      series.forEach(each -> each.path("metric").fieldNames().forEachRemaining(labels::add));
    }
    Set<String> wanted = new TreeSet<>();
    for (MatchResult grouped : GROUPED.matcher(expression).results().toList()) {
      wanted.addAll(List.of(grouped.group(1).split(", *", -1)));
    }
    for (MatchResult told : TOLD.matcher(rule.path("annotations").toString()).results().toList()) {
      wanted.add(told.group(1));
    }
    assertThat(labels).as(expression).containsAll(wanted);
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

    /** The series that an expression gives; none also while it cannot be asked. */
    List<JsonNode> ask(HttpClient client, String expression) throws InterruptedException {
      var uri =
          URI.create(
              "http://127.0.0.1:"
                  + port
                  + "/api/v1/query?query="
                  + URLEncoder.encode(expression, UTF_8));
      List<JsonNode> series = new ArrayList<>();
      try {
        String body =
            client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        JsonNode answer = new ObjectMapper().readTree(body);
        assertThat(answer.path("errorType").asText()).as(body).isNotEqualTo("bad_data");
        answer.at("/data/result").forEach(series::add);
      } catch (IOException e) {
        return List.of();
      }
      return series;
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
