package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.Target;
import dev.haul.zoom.MoveReport.Standing;
import dev.haul.zoom.MoveSettings.AfterStore;
import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoveTest {
  private static final Instant STORED = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration GRACE = Duration.ofHours(24);

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Instant> now = new AtomicReference<>(STORED.plus(GRACE));
  private final World world = new World();
  private ZoomDouble zoom;
  private ZoomApi api;
  private Path key;

  /** Topics and stores in memory. A step may be the last one before the process dies. */
  private static final class World implements MoveTopics, Shelf {
    final List<StoredJob> log = new ArrayList<>();
    final Map<String, byte[]> receipts = new HashMap<>();
    final Map<String, byte[]> files = new HashMap<>();
    int stepsLeft = Integer.MAX_VALUE;
    long committed;
    private int read;

    void restart() {
      stepsLeft = Integer.MAX_VALUE;
      read = (int) committed;
    }

    private void step() {
      if (stepsLeft-- == 0) {
        throw new IllegalStateException("the process dies");
      }
    }

    @Override
    public void receipts(BiConsumer<String, byte[]> reader) {
      receipts.forEach(reader);
    }

    @Override
    public List<StoredJob> poll(Duration longest) {
      List<StoredJob> news = List.copyOf(log.subList(read, log.size()));
      read = log.size();
      return news;
    }

    @Override
    public boolean isCaughtUp() {
      return read == log.size();
    }

    @Override
    public void commit(Map<Partition, Long> unfinished) {
      step();
      committed = unfinished.values().stream().findFirst().orElse((long) read);
    }

    @Override
    public void publish(String meeting, byte[] receipt) {
      step();
      receipts.put(meeting, receipt);
    }

    @Override
    public Optional<String> difference(StoredJob.File file) {
      byte[] content = files.get(file.target().path());
      return content != null && sha256(content).equals(file.checksum())
          ? Optional.empty()
          : Optional.of("is another one");
    }

    @Override
    public void put(String store, Target target, byte[] content) {
      step();
      files.put(target.path(), content);
    }
  }

  @BeforeEach
  void start() throws IOException, GeneralSecurityException {
    zoom = ZoomDouble.start(DoublePlan.of(4, 12, false), 0, InstantSource.system());
    api = DoubleAccess.api(vertx, zoom, 500);
    key = writeKey("key.pem");
  }

  @AfterEach
  void stop() {
    zoom.close();
    vertx.close().await();
  }

  private Path writeKey(String name) throws IOException, GeneralSecurityException {
    byte[] bytes =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(Base64.getEncoder().encodeToString(bytes)));
  }

  private static Checksum sha256(byte[] content) {
    try {
      return Checksum.parse(
          "sha256:"
              + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String meeting() {
    return zoom.meetings().stream().sorted().findFirst().orElseThrow();
  }

  private List<DownloadJob> jobs(String uuid) {
    return new RecordingJobs(
            TargetTemplate.parse(TargetTemplate.DEFAULT), "default", "zoom", null, 5)
        .plan(List.of(api.meeting(uuid).orElseThrow()), _ -> true)
        .jobs();
  }

  /** What the files of a meeting hold, in the order of its jobs. */
  private List<byte[]> contents(String uuid) {
    return List.copyOf(zoom.contents(uuid).values());
  }

  private void tell(DownloadJob job, String target, byte[] content) {
    world.log.add(
        new StoredJob(
            new Position(new Partition("completions", 0), world.log.size()),
            job.id(),
            String.valueOf(job.labels().get(RecordingJobs.MEETING)),
            STORED,
            new StoredJob.File("default", new Target(target), content.length, sha256(content)),
            null));
  }

  private void storeAll(String uuid) {
    List<DownloadJob> jobs = jobs(uuid);
    for (int i = 0; i < jobs.size(); i++) {
      byte[] content = contents(uuid).get(i);
      world.files.put(jobs.get(i).target().path(), content);
      tell(jobs.get(i), jobs.get(i).target().path(), content);
    }
  }

  private Move move(AfterStore after) {
    return move(after, false);
  }

  private Move move(AfterStore after, boolean dryRun) {
    world.restart();
    var move =
        new Move(
            new MoveSettings(after, GRACE, key, "receipts", "group", Duration.ofMinutes(1)),
            api,
            world,
            world,
            dryRun,
            now::get);
    move.begin();
    return move;
  }

  private MoveReport round(AfterStore after) {
    Move move = move(after);
    move.round(() -> false);
    return move.report();
  }

  private String receipt(String uuid) {
    return new String(world.receipts.getOrDefault(uuid, new byte[0]), UTF_8);
  }

  @Nested
  class A_stored_meeting {
    @ParameterizedTest
    @ValueSource(strings = {"TRASH", "DELETE"})
    void is_taken_away_with_a_receipt_in_the_topic_and_beside_its_files(String after) {
      storeAll(meeting());

      MoveReport report = round(AfterStore.valueOf(after));

      assertThat(report.count(Standing.MOVED)).isEqualTo(1);
      assertThat(zoom.removed()).containsExactly(meeting());
      assertThat(receipt(meeting()))
          .contains("\"state\" : \"" + (after.equals("TRASH") ? "trashed" : "deleted"))
          .contains("\"algorithm\" : \"Ed25519\"");
      assertThat(world.files.keySet().stream().filter(it -> it.endsWith(".receipt.json")))
          .singleElement()
          .satisfies(
              it -> assertThat(world.files.get(it)).isEqualTo(world.receipts.get(meeting())));
      assertThat(world.committed).isEqualTo(world.log.size());
    }

    @Test
    void stays_by_default_and_says_that_it_is_proved() {
      storeAll(meeting());

      assertThat(round(AfterStore.KEEP).count(Standing.PROVED)).isEqualTo(1);

      assertThat(zoom.removed()).isEmpty();
      assertThat(world.receipts).isEmpty();
      assertThat(world.committed).isZero();
    }

    @Test
    void is_the_last_when_a_stop_is_asked_for_meanwhile() {
      zoom.meetings().forEach(MoveTest.this::storeAll);
      Move move = move(AfterStore.TRASH);
      move.round(() -> !zoom.removed().isEmpty());
      assertThat(zoom.removed()).hasSize(1);

      move.round(() -> false);
      assertThat(zoom.removed()).hasSize(zoom.meetings().size()).hasSizeGreaterThan(1);
    }

    @Test
    void rests_for_the_grace_period() {
      storeAll(meeting());
      now.set(STORED.plus(GRACE).minusSeconds(1));
      Move move = move(AfterStore.TRASH);
      move.round(() -> false);
      assertThat(move.report().count(Standing.RESTS)).isEqualTo(1);
      assertThat(zoom.removed()).isEmpty();

      now.set(STORED.plus(GRACE));
      move.round(() -> false);

      assertThat(zoom.removed()).containsExactly(meeting());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void is_moved_once_wherever_the_process_dies(int steps) {
      storeAll(meeting());
      Move dying = move(AfterStore.TRASH);
      world.stepsLeft = steps;
      assertThatThrownBy(() -> dying.round(() -> false)).hasMessage("the process dies");
      // Nothing goes before its receipt is written.
      assertThat(zoom.removed().isEmpty() || world.receipts.containsKey(meeting())).isTrue();

      MoveReport report = round(AfterStore.TRASH);

      assertThat(report.count(Standing.MOVED)).isEqualTo(1);
      assertThat(zoom.removed()).containsExactly(meeting());
      assertThat(receipt(meeting())).contains("\"state\" : \"trashed\"");
      assertThat(world.files.keySet().stream().filter(it -> it.endsWith(".receipt.json")))
          .singleElement()
          .satisfies(
              it -> assertThat(world.files.get(it)).isEqualTo(world.receipts.get(meeting())));
      assertThat(zoom.report()).containsEntry("trashed", 1);
    }

    @ParameterizedTest
    @CsvSource({"TRASH, true", "KEEP, false"})
    void whose_process_died_after_the_removal_is_left_to_a_run_that_removes(
        AfterStore after, boolean dryRun) {
      storeAll(meeting());
      Move dying = move(AfterStore.DELETE);
      world.stepsLeft = 2;
      assertThatThrownBy(() -> dying.round(() -> false)).hasMessage("the process dies");
      assertThat(zoom.removed()).containsExactly(meeting());
      String receipt = receipt(meeting());

      Move looking = move(after, dryRun);
      looking.round(() -> false);

      assertThat(looking.report().count(Standing.MOVED)).isEqualTo(1);
      assertThat(receipt(meeting())).isEqualTo(receipt);
      assertThat(round(AfterStore.DELETE).count(Standing.MOVED)).isEqualTo(1);
      assertThat(receipt(meeting())).contains("\"state\" : \"deleted\"");
    }

    @Test
    void that_is_sent_again_and_skipped_keeps_its_digest() {
      storeAll(meeting());
      StoredJob first = world.log.getFirst();
      world.log.add(
          new StoredJob(
              new Position(new Partition("completions", 0), world.log.size()),
              first.jobId(),
              first.meeting(),
              STORED.plusSeconds(5),
              null,
              "completed without a digest"));

      round(AfterStore.TRASH);

      assertThat(zoom.removed()).containsExactly(meeting());
    }
  }

  @Nested
  class Nothing_is_taken_away {
    private void assertKept(Standing standing, String reason) {
      MoveReport report = round(AfterStore.DELETE);
      assertThat(report.lines(standing)).anyMatch(line -> line.contains(reason));
      assertThat(zoom.removed()).isEmpty();
      assertThat(world.receipts).isEmpty();
    }

    @Test
    void while_a_file_that_zoom_has_is_not_stored() {
      storeAll(meeting());
      world.log.removeLast();

      assertKept(Standing.WAITS, "not stored");
    }

    @Test
    void when_a_byte_of_a_file_is_another() {
      storeAll(meeting());
      String path = jobs(meeting()).getFirst().target().path();
      byte[] changed = world.files.get(path).clone();
      changed[10] ^= 1;
      world.files.put(path, changed);

      assertKept(Standing.DIFFERS, "is another one");
    }

    @Test
    void on_the_word_of_completions_alone() {
      storeAll(meeting());
      world.files.clear();

      assertKept(Standing.DIFFERS, "is another one");
    }

    @Test
    void when_files_are_forged_with_a_size_that_zoom_does_not_tell() {
      for (DownloadJob job : jobs(meeting())) {
        byte[] forged = "forged".getBytes(UTF_8);
        world.files.put(job.target().path(), forged);
        tell(job, job.target().path(), forged);
      }

      assertKept(Standing.DIFFERS, "at Zoom");
    }

    @Test
    void when_one_file_stands_for_several() {
      List<DownloadJob> jobs = jobs(meeting());
      for (int i = 0; i < jobs.size(); i++) {
        byte[] content = contents(meeting()).get(i);
        world.files.put("one/file.mp4", content);
        tell(jobs.get(i), "one/file.mp4", content);
      }

      assertKept(Standing.DIFFERS, "not a name of its own");
    }

    @Test
    void because_of_a_receipt_that_somebody_else_signed() throws Exception {
      storeAll(meeting());
      Path own = key;
      key = writeKey("other.pem");
      round(AfterStore.TRASH);
      key = own;
      world.files.clear();
      String other = zoom.meetings().stream().sorted().skip(1).findFirst().orElseThrow();
      world.receipts.put(other, world.receipts.get(meeting()));
      Set<String> before = zoom.removed();

      MoveReport report = round(AfterStore.TRASH);

      assertThat(zoom.removed()).isEqualTo(before);
      assertThat(report.count(Standing.MOVED)).isZero();
    }
  }

  @Test
  void without_a_key_nothing_can_be_taken_away() {
    key = null;

    assertThatThrownBy(() -> move(AfterStore.TRASH))
        .isInstanceOf(InvalidField.class)
        .hasMessage("zoom.move.key-file must be given to sign receipts with");
  }
}
