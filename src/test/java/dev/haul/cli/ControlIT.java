package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.haul.Worker;
import dev.haul.config.Settings;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.kafka.EventFollower;
import dev.haul.kafka.JobNews;
import dev.haul.kafka.TestBroker;
import dev.haul.kafka.TopicSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker, a broker, the commands, and an origin that sends half of a file and then waits. */
final class ControlIT {
  private static final int HALF = 512 << 10;

  @TempDir private Path folder;
  private final TopicSettings topics = TestBroker.topics(1);
  private final CountDownLatch rest = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JobNews> news = new ArrayList<>();
  private HttpServer origin;
  private EventFollower follower;
  private Worker worker;

  @BeforeEach
  void start() throws IOException {
    origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    origin.setExecutor(threads);
    origin.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 2 * HALF);
            OutputStream body = exchange.getResponseBody();
            body.write(new byte[HALF]);
            body.flush();
            rest.await();
            body.write(new byte[HALF]);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    origin.start();
    Settings settings = Settings.load(null, Map.of(), flags());
    follower = EventFollower.fromBeginning(settings.kafka(), topics);
    worker = Worker.start(settings);
  }

  @AfterEach
  void stop() {
    rest.countDown();
    worker.close();
    follower.close();
    origin.stop(0);
    threads.close();
  }

  private Map<String, String> flags() {
    var flags = new LinkedHashMap<String, String>();
    flags.put("kafka.bootstrap-servers", TestBroker.bootstrapServers());
    flags.put("kafka.group-id", "control");
    flags.put("topics.jobs", topics.jobs().getFirst().topic());
    flags.put("topics.control", topics.control());
    flags.put("topics.progress", topics.progress());
    flags.put("topics.states", topics.states());
    flags.put("topics.completions", topics.completions());
    flags.put("topics.dead", topics.dead());
    flags.put("topics.retry", "");
    flags.put("stores.default.root", folder.toString());
    flags.put("fetch.allow-networks", "127.0.0.0/8");
    flags.put("fetch.allow-ports", String.valueOf(origin.getAddress().getPort()));
    flags.put("dispatch.max-concurrent", "1");
    flags.put("worker.id", "w1");
    flags.put("admin.enabled", "false");
    flags.put("shutdown.grace", "0s");
    return flags;
  }

  private String haul(String... words) {
    var line = new ArrayList<>(List.of(words));
    flags().forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Haul.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(line.toArray(String[]::new));
    assertThat(code).as(err.toString()).isEqualTo(ExitCode.OK);
    return out.toString();
  }

  private void submit(String id) {
    String url = "http://127.0.0.1:%d/%s".formatted(origin.getAddress().getPort(), id);
    haul("submit", url, "--id", id, "--target", id);
  }

  private JobNews hear(Predicate<JobNews> wanted) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          news.addAll(follower.poll(Duration.ofMillis(50)));
          return news.stream().anyMatch(wanted);
        });
    return news.stream().filter(wanted).findFirst().orElseThrow();
  }

  private JobNews.Ended end(String id) {
    return (JobNews.Ended)
        hear(one -> one.jobId().equals(new JobId(id)) && one instanceof JobNews.Ended);
  }

  private void hearOfBytes(String id) {
    hear(one ->
        one.jobId().equals(new JobId(id))
            && one instanceof JobNews.Progress progress
            && progress.bytes() == HALF);
  }

  private static boolean isPaused(JobNews one, String id, String with) {
    return one.jobId().equals(new JobId(id))
        && one instanceof JobNews.State state
        && state.state() == JobState.WAITING
        && with.equals(state.paused());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains(".haul/running"))
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .sorted()
          .toList();
    }
  }

  @Test
  void a_cancelled_transfer_ends_leaves_nothing_and_makes_room() throws IOException {
    submit("a");
    hearOfBytes("a");
    submit("b");
    assertThat(files()).as("the part of a").hasSize(1);

    assertThat(haul("cancel", "a")).isEqualTo("cancel job a\n");

    assertThat(end("a"))
        .extracting(JobNews.Ended::outcome, JobNews.Ended::errorCode, JobNews.Ended::errorMessage)
        .containsExactly(Outcome.CANCELLED, "cancelled", "cancelled with job a");
    hearOfBytes("b");
    await().untilAsserted(() -> assertThat(files()).as("the part of b").hasSize(1));
    rest.countDown();
    assertThat(end("b").outcome()).isEqualTo(Outcome.COMPLETED);
    await().untilAsserted(() -> assertThat(files()).containsExactly("b"));
  }

  @Test
  void a_paused_host_waits_over_a_restart_and_goes_on_when_resumed() throws IOException {
    submit("a");
    hearOfBytes("a");

    assertThat(haul("pause", "--host", "127.0.0.1", "--json"))
        .isEqualTo(
            """
            {"action":"pause","host":"127.0.0.1","topic":"%s","partition":0,"offset":0}
            """
                .formatted(topics.control()));
    hear(one -> isPaused(one, "a", "host 127.0.0.1"));
    await().untilAsserted(() -> assertThat(files()).isEmpty());

    worker.close();
    worker = Worker.start(Settings.load(null, Map.of(), flags()));
    submit("b");
    hear(one -> isPaused(one, "b", "host 127.0.0.1"));
    assertThat(haul("cancel", "--host", "127.0.0.1")).isEqualTo("cancel host 127.0.0.1\n");
    assertThat(end("b").outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(end("a")).extracting(JobNews.Ended::attempts).isEqualTo(0);

    submit("c");
    hear(one -> isPaused(one, "c", "host 127.0.0.1"));
    assertThat(haul("resume", "--host", "127.0.0.1")).isEqualTo("resume host 127.0.0.1\n");
    rest.countDown();
    assertThat(end("c"))
        .extracting(JobNews.Ended::outcome, JobNews.Ended::attempts)
        .containsExactly(Outcome.COMPLETED, 1);
  }

  @Test
  void records_that_are_no_commands_stop_nothing() {
    TestBroker.write(topics.control(), "pause everything!", "{\"action\":\"pause\"}", null);

    submit("a");
    hearOfBytes("a");
    haul("cancel", "--worker", "w1", "--all");

    assertThat(end("a").outcome()).isEqualTo(Outcome.CANCELLED);
  }
}
