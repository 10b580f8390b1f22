package dev.haul.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.Worker;
import dev.haul.config.Settings;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.kafka.CompletionReader;
import dev.haul.kafka.EventFollower;
import dev.haul.kafka.JobNews;
import dev.haul.kafka.LatestValues;
import dev.haul.kafka.TestBroker;
import dev.haul.kafka.TopicSettings;
import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole account of Zoom, with all faults: listed, fetched, proved, taken away. */
final class ZoomIT {
  private static final int MEETINGS = 130;
  private static final int FILES = 416;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private final TopicSettings topics = TestBroker.topics(3);
  private final String receipts = TestBroker.fresh("receipts");
  private final String group = TestBroker.fresh("move");
  private ZoomDouble zoom;
  private Settings settings;
  private Path root;

  /** What a command said. */
  private record Said(int code, List<String> out, String err) {}

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(folder.resolve("store"));
    zoom =
        ZoomDouble.start(
            new DoublePlan(
                4,
                MEETINGS,
                FILES,
                LocalDate.of(2025, 9, 15),
                14,
                3,
                true,
                300,
                200,
                Duration.ofHours(1)),
            0,
            InstantSource.system());
    Files.writeString(folder.resolve("secret"), DoublePlan.CLIENT_SECRET);
    settings = Settings.load(null, Map.of(), flags());
  }

  @AfterEach
  void stop() {
    zoom.close();
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("kafka.bootstrap-servers", TestBroker.bootstrapServers());
    flags.put("kafka.group-id", TestBroker.fresh("group"));
    flags.put("topics.jobs", topics.jobs().getFirst().topic());
    flags.put("topics.control", topics.control());
    flags.put("topics.progress", topics.progress());
    flags.put("topics.states", topics.states());
    flags.put("topics.completions", topics.completions());
    flags.put("topics.dead", topics.dead());
    flags.put("stores.default.root", root.toString());
    flags.put("stores.default.fsync", "none");
    flags.put("fetch.allow-networks", "127.0.0.1/32");
    flags.put(
        "fetch.allow-ports",
        zoom.ports().stream().map(String::valueOf).collect(Collectors.joining(",")));
    flags.put("retry.base-delay", "10ms");
    flags.put("retry.max-delay", "50ms");
    flags.put("admin.enabled", "false");
    flags.put("credentials.zoom.kind", "zoom");
    flags.put("credentials.zoom.origins", String.join(",", zoom.origins()));
    flags.put(
        "credentials.zoom.content-types", "video/*,audio/*,text/plain,text/vtt,application/*");
    flags.put("zoom.account-id", DoublePlan.ACCOUNT_ID);
    flags.put("zoom.client-id", DoublePlan.CLIENT_ID);
    flags.put("zoom.client-secret-file", folder.resolve("secret").toString());
    flags.put("zoom.api-url", zoom.url() + "/v2");
    flags.put("zoom.oauth-url", zoom.url() + "/oauth/token");
    flags.put("zoom.light-per-second", "300");
    flags.put("zoom.medium-per-second", "200");
    flags.put("zoom.move.grace", "0s");
    flags.put("zoom.move.receipts-topic", receipts);
    flags.put("zoom.move.group-id", group);
    flags.put("zoom.move.key-file", folder.resolve("key.pem").toString());
    return flags;
  }

  private Said haul(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    flags()
        .forEach((key, value) -> {
          all.add("--set");
          all.add(key + "=" + value);
        });
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Haul.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(String[]::new));
    return new Said(code, out.toString().lines().toList(), err.toString());
  }

  private Said submit() {
    return haul("zoom", "submit", "--from", "2025-09-01", "--to", "2026-11-30");
  }

  private Map<JobId, JobNews.Ended> ends(Set<JobId> ids) {
    try (var follower = EventFollower.fromNow(settings.kafka(), topics)) {
      return follower.ended(ids);
    }
  }

  private void writeKeys() throws IOException, NoSuchAlgorithmException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    writeKey("key.pem", "PRIVATE", pair.getPrivate().getEncoded());
    writeKey("public.pem", "PUBLIC", pair.getPublic().getEncoded());
  }

  private void writeKey(String name, String kind, byte[] key) throws IOException {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s KEY-----\n%s\n-----END %s KEY-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(key), kind));
  }

  private Said move(String afterStore, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("zoom", "move", "--once", "--set", "zoom.move.after-store=" + afterStore));
    arguments.addAll(List.of(more));
    return haul(arguments.toArray(String[]::new));
  }

  private Said check() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("zoom", "check", "--public-key", folder.resolve("public.pem").toString()));
    files().keySet().stream()
        .map(Path::toString)
        .filter(file -> file.endsWith(".receipt.json"))
        .forEach(arguments::add);
    return haul(arguments.toArray(String[]::new));
  }

  @Test
  void an_account_ends_stored_proved_and_taken_away_but_for_what_differs() throws Exception {
    writeKeys();
    Set<JobId> ids = new HashSet<>();
    try (var _ = Worker.start(settings)) {
      // The first finds files that Zoom still processes; the second fetches what failed again.
      for (int i = 0; i < 3; i++) {
        long before = ends(ids).size();
        Said said = submit();
        assertThat(said.code()).as(said.err()).isZero();
        said.out().forEach(id -> ids.add(new JobId(id)));
        await()
            .pollInSameThread()
            .atMost(PATIENCE)
            .until(() -> records() >= before + said.out().size() && ends(ids).size() == ids.size());
      }
    }
    assertThat(ids).hasSize(FILES);
    Map<Outcome, Long> outcomes =
        ends(ids).values().stream()
            .collect(Collectors.groupingBy(JobNews.Ended::outcome, Collectors.counting()));
    long bad = zoom.truncated().size();
    assertThat(bad).isPositive();
    assertThat(outcomes).isEqualTo(Map.of(Outcome.COMPLETED, FILES - bad, Outcome.FAILED, bad));

    Said dry = move("trash", "--dry-run");
    assertThat(dry.code()).isEqualTo(1);
    assertThat(zoom.removed()).isEmpty();

    Path damaged = damageOneFile();
    Said first = move("trash");
    Set<String> differing = differing(first);
    assertThat(first.code()).isEqualTo(1);
    assertThat(differing)
        .as(String.join("\n", first.out()))
        .containsAll(zoom.truncated())
        .hasSize((int) bad + 1);
    assertThat(zoom.removed())
        .hasSize(MEETINGS - differing.size())
        .doesNotContainAnyElementsOf(differing);
    assertReceipts(zoom.removed());
    assertThat(check().out().getLast())
        .isEqualTo("%1$d of %1$d receipts hold".formatted(zoom.removed().size()));

    Said second = move("trash");
    assertThat(differing(second)).isEqualTo(differing);
    assertThat(second.out().getFirst())
        .startsWith("meetings: %d moved".formatted(MEETINGS - differing.size()));
    assertThat(damaged).exists();
    assertThat(zoom.report())
        .doesNotContainKeys("token leaked", "window too long")
        .containsEntry("light, beyond the quota", 0)
        .containsEntry("medium, beyond the quota", 0)
        .containsKeys("429", "401", "502 and 503", "cut", "truncated", "login page");
    assertThat(zoom.report().get("trashed")).isEqualTo(MEETINGS - differing.size());
  }

  /** Of jobs, in the topic of completions. */
  private long records() {
    try (var values = CompletionReader.open(settings.kafka(), topics, "count")) {
      long count = 0;
      do {
        count += values.poll(Duration.ofMillis(100)).size();
      } while (!values.isCaughtUp());
      return count;
    }
  }

  private static Set<String> differing(Said said) {
    return said.out().stream()
        .filter(line -> line.startsWith("differs: "))
        .map(line -> line.split(": ", 3)[1])
        .collect(Collectors.toSet());
  }

  /** One whose meeting would be moved otherwise. */
  private Path damageOneFile() throws IOException {
    String uuid =
        zoom.meetings().stream()
            .filter(it -> !zoom.truncated().contains(it))
            .sorted()
            .findFirst()
            .orElseThrow();
    byte[] content = zoom.contents(uuid).values().iterator().next();
    for (Map.Entry<Path, byte[]> file : files().entrySet()) {
      if (Arrays.equals(file.getValue(), content)) {
        byte[] changed = content.clone();
        changed[changed.length - 1] ^= 1;
        return Files.write(file.getKey(), changed);
      }
    }
    throw new AssertionError("the file is not stored");
  }

  private Map<Path, byte[]> files() throws IOException {
    Map<Path, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file :
          all.filter(Files::isRegularFile)
              .filter(it -> !it.toString().contains(".haul"))
              .toList()) {
        files.put(file, Files.readAllBytes(file));
      }
    }
    return files;
  }

  /** Everything that was taken away is in the store, byte for byte, with a receipt beside it. */
  private void assertReceipts(Set<String> removed) throws IOException {
    Map<Path, byte[]> files = files();
    Set<String> stored = files.values().stream().map(Arrays::toString).collect(Collectors.toSet());
    for (String uuid : removed) {
      zoom.contents(uuid)
          .forEach((id, content) -> assertThat(stored).as(id).contains(Arrays.toString(content)));
    }
    assertThat(files.keySet().stream().filter(it -> it.toString().endsWith(".receipt.json")))
        .hasSize(removed.size());
    try (var values = new LatestValues(settings.kafka(), receipts)) {
      Map<String, byte[]> all = new TreeMap<>();
      values.read(all::put);
      assertThat(all.keySet()).isEqualTo(removed);
      assertThat(all.values())
          .allSatisfy(receipt ->
              assertThat(new String(receipt, UTF_8)).contains("\"state\" : \"trashed\""));
    }
  }
}
