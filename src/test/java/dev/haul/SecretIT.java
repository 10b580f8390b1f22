package dev.haul;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.haul.cli.JsonLines;
import dev.haul.config.Settings;
import dev.haul.kafka.JobPublisher;
import dev.haul.kafka.TestBroker;
import dev.haul.kafka.TopicSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Looks for a secret in everything that a whole worker leaves behind. */
class SecretIT {
  private static final String SECRET = "s3cr3t-0123456789";

  /** In the queries of URLs. */
  private static final String SIGNATURE = "s1gnature-0123456789";

  private static final int JOBS = 3;

  @TempDir Path folder;

  @Test
  void a_secret_reaches_its_origin_and_nothing_else() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    var log = new ListAppender<ILoggingEvent>();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    Logger own = (Logger) LoggerFactory.getLogger("dev.haul");
    own.setLevel(Level.TRACE);
    TopicSettings topics = TestBroker.topics(1);
    var produced = new StringBuilder();
    try {
      int port =
          vertx
              .createHttpServer()
              .requestHandler(request -> {
                received.add(request.path() + " " + request.getHeader("authorization"));
                request
                    .response()
                    .setStatusCode("/refused".equals(request.path()) ? 401 : 200)
                    .end("file");
              })
              .listen(0, "127.0.0.1")
              .await(30, TimeUnit.SECONDS)
              .actualPort();
      Settings settings = settings(topics, port);
      produced.append(settings);
      try (var _ = Worker.start(settings);
          var publisher = new JobPublisher(settings.kafka(), topics.jobs().getFirst().topic())) {
        for (String source :
            List.of("127.0.0.1:" + port + "/f", "127.0.0.1:" + port + "/refused", "127.0.0.2/f")) {
          String job =
              "{\"url\":\"http://%s?sig=%s\",\"credentials\":\"zoom\"}"
                  .formatted(source, SIGNATURE);
          publisher.publish(null, job.getBytes(UTF_8)).get(30, TimeUnit.SECONDS);
        }
        String completions = read(List.of(topics.completions()), JOBS);
        assertThat(completions).contains("completed", "credentials 'zoom' were refused");
        produced.append(metrics(settings.admin().port()));
      }
      produced.append(read(List.copyOf(topics.all()), 0));
    } finally {
      own.setLevel(null);
      root.detachAppender(log);
      vertx.close().await(30, TimeUnit.SECONDS);
    }
    String lines = json(List.copyOf(log.list));
    assertThat(lines)
        .contains("\"job\":", "\"partition\":\"" + topics.jobs().getFirst().topic() + "-0\"")
        .contains("\"offset\":0", "\"code\":\"credentials\"")
        .doesNotContain(SIGNATURE);
    produced.append(lines);
    appendFiles(produced);

    assertThat(received)
        .containsExactlyInAnyOrder("/f Bearer " + SECRET, "/refused Bearer " + SECRET);
    assertThat(produced.toString()).contains("haul_", "zoom").doesNotContain(SECRET);
  }

  /** The log in the form that has all of each event. */
  private static String json(List<ILoggingEvent> events) {
    var encoder = new JsonLines();
    return events.stream()
        .map(event -> new String(encoder.encode(event), UTF_8))
        .collect(Collectors.joining());
  }

  private Settings settings(TopicSettings topics, int port) throws IOException {
    Path secret = Files.writeString(folder.resolve("token"), SECRET);
    var flags = new HashMap<String, String>();
    flags.put("kafka.bootstrap-servers", TestBroker.bootstrapServers());
    flags.put("kafka.group-id", TestBroker.fresh("group"));
    flags.put("topics.jobs", topics.jobs().getFirst().topic());
    flags.put("topics.control", topics.control());
    flags.put("topics.progress", topics.progress());
    flags.put("topics.states", topics.states());
    flags.put("topics.completions", topics.completions());
    flags.put("topics.dead", topics.dead());
    flags.put("topics.retry", "");
    flags.put("stores.default.root", folder.resolve("files").toString());
    flags.put("fetch.allow-networks", "127.0.0.0/8");
    flags.put("fetch.allow-ports", String.valueOf(port));
    flags.put("credentials.zoom.kind", "bearer");
    flags.put("credentials.zoom.secret-file", secret.toString());
    flags.put("credentials.zoom.origins", "http://127.0.0.1:" + port);
    try (var free = new ServerSocket(0)) {
      flags.put("admin.port", String.valueOf(free.getLocalPort()));
    }
    return Settings.load(null, Map.of(), flags);
  }

  private static String metrics(int port) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + port + "/metrics");
      return client
          .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  /** Keys, values and headers of topics, until there are so many records and no more. */
  private static String read(List<String> topics, int records) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "auto.offset.reset", "earliest");
    var text = new StringBuilder();
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream().map(topic -> new TopicPartition(topic, 0)).toList();
      consumer.assign(partitions);
      int count = 0;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (count < records
          || consumer.endOffsets(partitions).entrySet().stream()
              .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        assertThat(System.nanoTime()).as("time to read %s", topics).isLessThan(deadline);
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          count++;
          text.append(record.topic()).append(' ').append(text(record.key()));
          text.append(' ').append(text(record.value())).append('\n');
          record.headers().forEach(header -> text.append(text(header.value())).append('\n'));
        }
      }
    }
    return text.toString();
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, UTF_8);
  }

  private void appendFiles(StringBuilder produced) throws IOException {
    try (var files = Files.walk(folder.resolve("files"))) {
      for (Path file : files.toList()) {
        produced.append(file.getFileName()).append('\n');
        if (Files.isRegularFile(file)) {
          produced.append(new String(Files.readAllBytes(file), ISO_8859_1));
        }
      }
    }
  }
}
