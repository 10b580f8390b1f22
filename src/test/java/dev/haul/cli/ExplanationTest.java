package dev.haul.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.kafka.JobTrail;
import dev.haul.kafka.Letter;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final JobId ID = new JobId("weekly");
  private static final Partition JOBS = new Partition("haul.jobs", 3);

  private final List<SourceRecord> jobs = new ArrayList<>();
  private final List<SourceRecord> states = new ArrayList<>();
  private final List<SourceRecord> progress = new ArrayList<>();
  private final List<SourceRecord> ends = new ArrayList<>();
  private final List<Letter> letters = new ArrayList<>();
  private final List<ControlCommand> commands = new ArrayList<>();
  private Map<String, Set<Partition>> owners = Map.of("w-1", Set.of(JOBS));
  private boolean isWhole = true;

  private static SourceRecord record(
      Partition partition, long offset, int secondsAgo, String json, Map<String, String> headers) {
    List<SourceRecord.Header> list = new ArrayList<>();
    headers.forEach(
        (name, value) -> list.add(new SourceRecord.Header(name, value.getBytes(UTF_8))));
    return new SourceRecord(
        new Position(partition, offset),
        NOW.minusSeconds(secondsAgo),
        ID.value().getBytes(UTF_8),
        json.getBytes(UTF_8),
        list);
  }

  private void published(long offset, int secondsAgo) {
    jobs.add(record(JOBS, offset, secondsAgo, "{\"url\":\"https://files.example/x\"}", Map.of()));
  }

  private void state(int secondsAgo, String fields) {
    states.add(
        record(
            new Partition("haul.states", 0),
            0,
            secondsAgo,
            "{\"jobId\":\"weekly\",%s,\"worker\":\"w-1\",\"at\":\"%s\"}"
                .formatted(fields, NOW.minusSeconds(secondsAgo)),
            Map.of()));
  }

  private void ended(long offset, String fields) {
    ends.add(
        record(
            new Partition("haul.completions", 0),
            0,
            0,
            "{\"jobId\":\"weekly\",%s,\"finishedAt\":\"2026-11-24T11:59:59Z\"}".formatted(fields),
            Map.of("ce_id", "haul.jobs-3-" + offset)));
  }

  private Explanation explanation() {
    return Explanation.of(
        new JobTrail(
            ID,
            jobs,
            List.of(),
            states,
            progress,
            ends,
            letters,
            commands,
            Map.of(JOBS, new Commit(10, "")),
            owners,
            isWhole),
        NOW);
  }

  @Test
  void of_nothing_is_unknown() {
    assertThat(explanation())
        .isEqualTo(
            new Explanation(
                "unknown",
                "no record with this id is kept in the topics of Haul",
                List.of(),
                "nothing"));
    isWhole = false;
    assertThat(explanation().next()).isEqualTo("ask again with a longer --within");
  }

  @Test
  void of_a_job_that_nobody_has_taken_says_what_is_before_it() {
    published(17, 30);
    assertThat(explanation())
        .isEqualTo(
            new Explanation(
                "queued",
                "it waits in haul.jobs-3-17, behind at most 7 unfinished records",
                List.of("2026-11-24T11:59:30Z  published as haul.jobs-3-17"),
                "w-1 takes it when its turn comes"));
    owners = Map.of();
    assertThat(explanation().next())
        .isEqualTo("a worker takes it as soon as one runs: none has haul.jobs-3 now");
  }

  @Test
  void of_a_job_that_a_command_will_hit_names_it() {
    published(17, 30);
    commands.add(new ControlCommand(Action.PAUSE, ControlScope.Host.parse("files.example"), NOW));
    assertThat(explanation().next())
        .isEqualTo("it will be held, because host files.example is paused, until that is resumed");
    commands.set(
        0, new ControlCommand(Action.CANCEL, new ControlScope.All(), NOW.minusSeconds(60)));
    assertThat(explanation().next()).as("a cancel ends older jobs only").startsWith("w-1 takes it");
    commands.set(0, new ControlCommand(Action.CANCEL, new ControlScope.Job(ID), NOW));
    assertThat(explanation().next()).startsWith("it will be cancelled");
  }

  @Test
  void of_a_running_job_says_how_far_it_is() {
    published(17, 30);
    state(5, "\"state\":\"running\",\"attempt\":2");
    progress.add(
        record(
            new Partition("haul.progress", 0),
            0,
            1,
            "{\"jobId\":\"weekly\",\"bytes\":1048576,\"percent\":25.0}",
            Map.of()));
    assertThat(explanation().state()).isEqualTo("running");
    assertThat(explanation().where())
        .isEqualTo("attempt 2 is under way at w-1, begun 5.0 s ago; 1.0 MiB, 25.0 %, so far");
  }

  @Test
  void of_a_waiting_job_says_why_and_when_it_goes_on() {
    published(17, 30);
    state(
        5,
        "\"state\":\"waiting\",\"attempt\":1,\"until\":\"2026-11-24T12:00:12Z\",\"error\":{\"message\":\"503\"}");
    assertThat(explanation().where()).isEqualTo("attempt 1 failed (503); it waits at w-1");
    assertThat(explanation().next()).isEqualTo("attempt 2 at 2026-11-24T12:00:12Z, in 12 s");
  }

  @Test
  void of_a_paused_job_names_the_pause() {
    published(17, 30);
    state(5, "\"state\":\"waiting\",\"attempt\":0,\"paused\":\"host files.example\"");
    assertThat(explanation().state()).isEqualTo("paused");
    assertThat(explanation().where()).contains("host files.example is paused");
  }

  @Test
  void of_a_failed_job_tells_each_attempt_and_what_can_be_done() {
    published(17, 30);
    state(1, "\"state\":\"failed\",\"attempt\":1");
    ended(
        17,
        "\"outcome\":\"failed\",\"attempts\":1,\"acceptedAt\":\"2026-11-24T11:59:31Z\",\"error\":{\"code\":\"stalled\",\"message\":\"too slow\"},\"history\":[{\"attempt\":1,\"startedAt\":\"2026-11-24T11:59:32Z\",\"endedAt\":\"2026-11-24T11:59:35Z\",\"host\":\"files.example\",\"code\":\"stalled\",\"message\":\"too slow\",\"bytes\":1024,\"worker\":\"w-1\"}]");
    letters.add(
        new Letter(
            record(new Partition("haul.dead", 1), 4, 0, "{}", Map.of()),
            ID,
            "stalled",
            "too slow",
            1,
            new Position(JOBS, 17),
            "files.example",
            Map.of(),
            0,
            null));
    assertThat(explanation())
        .isEqualTo(
            new Explanation(
                "failed",
                "failed after 1 attempt with stalled: too slow",
                List.of(
                    "2026-11-24T11:59:30Z  published as haul.jobs-3-17",
                    "2026-11-24T11:59:31Z  taken by a worker",
                    "2026-11-24T11:59:32Z  attempt 1 from files.example by w-1: stalled after"
                        + " 3.0 s and 1.0 KiB (too slow)",
                    "2026-11-24T11:59:59Z  failed after 1 attempt with stalled: too slow"),
                "nothing by itself: its dead letter haul.dead-1-4 is open;"
                    + " haul dead redrive weekly runs it again"));
  }

  @Test
  void of_a_job_that_was_driven_again_is_about_its_new_record() {
    published(17, 300);
    ended(
        17, "\"outcome\":\"failed\",\"attempts\":1,\"error\":{\"code\":\"dns\",\"message\":\"x\"}");
    state(200, "\"state\":\"failed\",\"attempt\":1");
    jobs.add(
        record(
            JOBS,
            40,
            20,
            "{\"url\":\"https://files.example/x\"}",
            Map.of("haul-redriven-from", "haul.dead-1-4", "haul-redriven-by", "root")));
    assertThat(explanation().state()).isEqualTo("queued");
    assertThat(explanation().where()).contains("haul.jobs-3-40");
    assertThat(explanation().happened())
        .contains(
            "2026-11-24T11:59:40Z  published as haul.jobs-3-40, driven again from haul.dead-1-4 by root");
  }
}
