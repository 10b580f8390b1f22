package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.origin.Origin;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerProcessIT {
  private static final String SHORT_GRACE = "--set=shutdown.grace=1s";
  private static final Pattern ADDRESS = Pattern.compile("from Kafka at (\\S+)");
  private static final String FILE = "a.bin?size=100000";
  private static final String OTHER = "b.bin?size=0";
  private static final String ENDLESS = "endless.bin";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private HaulProcess worker(int originPort, String grace) throws IOException {
    return worker(Map.of(), originPort, grace);
  }

  private HaulProcess worker(Map<String, String> variables, int originPort, String grace)
      throws IOException {
    return HaulProcess.start(
        variables,
        folder,
        "worker",
        "--embedded-kafka",
        "--set=embedded-kafka.port=0",
        grace,
        "--admin-port=0",
        "--allow-network=127.0.0.0/8",
        "--allow-port=" + originPort);
  }

  private static String address(HaulProcess worker) {
    worker.awaitOut("takes jobs of");
    Matcher greeting = ADDRESS.matcher(worker.out());
    assertThat(greeting.find()).isTrue();
    return greeting.group(1);
  }

  private static void awaitRequests(Origin origin, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> origin.seen(ENDLESS).requests() == count && origin.seen(ENDLESS).bytes() > 0);
  }

  private int run(String... arguments) {
    return Haul.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void is_enough_on_one_machine_and_stops_cleanly() throws Exception {
    try (Origin origin = Origin.start(InstantSource.system());
        HaulProcess worker = worker(origin.port(), SHORT_GRACE)) {
      String kafka = "--bootstrap-servers=" + address(worker);
      assertThat(run("topics", "--check", kafka)).as("%s", out).isEqualTo(ExitCode.OK);

      String url = origin.url(FILE);
      String checksum = "--checksum=" + origin.checksum(FILE);
      assertThat(run("submit", kafka, "--wait", "--id=good", "--target=x/a", checksum, url))
          .as("%s", err)
          .isEqualTo(ExitCode.OK);
      assertThat(Files.size(folder.resolve("haul-data/files/x/a"))).isEqualTo(100_000);

      Path list = Files.writeString(folder.resolve("list.csv"), list(origin));
      assertThat(run("submit", kafka, "--wait", "--file=" + list)).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("1 of 2 completed", "missing: http-status: ");
      assertThat(Files.size(folder.resolve("haul-data/files/y/b"))).isZero();

      assertThat(run("watch", kafka, "good")).as("ended before").isEqualTo(ExitCode.OK);
      assertThat(run("watch", kafka, "missing")).isEqualTo(ExitCode.FAILED);

      worker.signal("TERM");
      assertThat(worker.exitCode()).as("%s", worker.err()).isZero();
    }
  }

  private static String list(Origin origin) {
    return "id,url,target\nempty,%s,y/b\nmissing,%s,y/c\n"
        .formatted(origin.url(OTHER), origin.url("nowhere?status=404"));
  }

  @Test
  void gives_back_what_runs_and_takes_it_up_again() throws Exception {
    try (Origin origin = Origin.start(InstantSource.system())) {
      try (HaulProcess worker = worker(origin.port(), SHORT_GRACE)) {
        String kafka = "--bootstrap-servers=" + address(worker);
        assertThat(run("submit", kafka, "--id=long", origin.url(ENDLESS + "?size=1MiB&stall=1")))
            .isZero();
        awaitRequests(origin, 1);
        worker.signal("INT");
        assertThat(worker.exitCode()).as("%s", worker.err()).isEqualTo(ExitCode.INTERRUPTED);
      }
      var asJson = Map.of("HAUL_LOG_FORMAT", "json");
      try (HaulProcess worker = worker(asJson, origin.port(), SHORT_GRACE)) {
        awaitRequests(origin, 2);
        worker.signal("TERM");
        assertThat(worker.exitCode()).as("%s", worker.err()).isZero();
        assertThat(worker.out()).isEmpty();
        assertIsJson(worker.err());
      }
    }
  }

  private static void assertIsJson(String log) throws IOException {
    List<String> messages = new ArrayList<>();
    for (String line : log.lines().toList()) {
      JsonNode object = new ObjectMapper().readTree(line);
      assertThat(object.path("worker").asText()).as(line).isNotEmpty();
      messages.add(object.path("message").asText());
    }
    assertThat(messages).anyMatch(message -> message.endsWith("takes jobs"));
  }

  @Test
  void refuses_a_form_of_the_log_that_it_does_not_know() throws Exception {
    try (var haul = HaulProcess.start(Map.of("HAUL_LOG_FORMAT", "xml"), folder, "worker")) {
      assertThat(haul.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(haul.err()).endsWith("haul: HAUL_LOG_FORMAT must be text or json but was 'xml'\n");
    }
  }

  @Test
  void ends_at_once_at_a_second_signal() throws Exception {
    try (Origin origin = Origin.start(InstantSource.system());
        HaulProcess worker = worker(origin.port(), "--set=shutdown.grace=1h")) {
      String kafka = "--bootstrap-servers=" + address(worker);
      assertThat(run("submit", kafka, origin.url(ENDLESS + "?size=1MiB&stall=1"))).isZero();
      awaitRequests(origin, 1);
      // Signals that come before the first was taken count as one.
      while (worker.isAlive()) {
        worker.signal("TERM");
      }
      assertThat(worker.exitCode()).isEqualTo(143);
    }
  }

  @Test
  void waits_for_a_broker_that_is_not_there() throws Exception {
    try (HaulProcess worker =
        HaulProcess.start(
            folder, "worker", "--bootstrap-servers=localhost:1", "--set", "admin.enabled=false")) {
      worker.awaitErr("trying every 5 s");
      worker.signal("TERM");
      assertThat(worker.exitCode()).isZero();
      assertThat(worker.err().lines())
          .filteredOn(line -> !line.startsWith("haul: preparing"))
          .singleElement()
          .asString()
          .startsWith("haul: Kafka cannot be reached at localhost:1: ");
    }
  }
}
