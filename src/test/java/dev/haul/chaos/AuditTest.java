package dev.haul.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.chaos.Violation.Kind;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each kind of broken promise is found, and a run without one is not accused. */
class AuditTest {
  private static final Partition JOBS = new Partition("haul.jobs", 3);
  private static final Cargo PLAIN = new Cargo(0, "job-0000000", CargoKind.WHOLE, 1, 10, true);
  private static final Cargo GONE = new Cargo(1, "job-0000001", CargoKind.GONE, 2, 10, true);

  private final Audit audit = new Audit();

  private static Position place(long offset) {
    return new Position(JOBS, offset);
  }

  private static SourceRecord event(String jobId, String source, String json) {
    String outcome = json.replaceAll(".*\"outcome\":\"(\\w+)\".*", "$1");
    List<SourceRecord.Header> headers = new ArrayList<>();
    Map.of("ce_id", source, "ce_type", "dev.haul.job." + outcome + ".v1")
        .forEach(
            (name, value) -> headers.add(new SourceRecord.Header(name, value.getBytes(UTF_8))));
    return record("haul.completions", jobId, json, headers);
  }

  private static SourceRecord record(
      String topic, String key, String json, List<SourceRecord.Header> headers) {
    return new SourceRecord(
        new Position(new Partition(topic, 0), 0),
        Instant.EPOCH,
        key.getBytes(UTF_8),
        json.getBytes(UTF_8),
        headers);
  }

  private void completed(Cargo cargo, long offset, long bytes) {
    audit.end(
        event(
            cargo.id(),
            place(offset).toString(),
            "{\"jobId\":\"%s\",\"outcome\":\"completed\",\"bytes\":%d,\"worker\":\"w\"}"
                .formatted(cargo.id(), bytes)));
  }

  private void failed(Cargo cargo, long offset, String code) {
    audit.end(
        event(
            cargo.id(),
            place(offset).toString(),
            "{\"jobId\":\"%s\",\"error\":{\"code\":\"%s\"},\"outcome\":\"failed\",\"worker\":\"w\"}"
                .formatted(cargo.id(), code)));
  }

  private void state(Cargo cargo, String state) {
    audit.state(
        record(
            "haul.states",
            cargo.id(),
            "{\"jobId\":\"%s\",\"state\":\"%s\"}".formatted(cargo.id(), state),
            List.of()));
  }

  private void deadLetter(long offset) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    Map.of("haul-topic", "haul.jobs", "haul-partition", "3", "haul-offset", "" + offset)
        .forEach(
            (name, value) -> headers.add(new SourceRecord.Header(name, value.getBytes(UTF_8))));
    audit.deadLetter(record("haul.dead", "any", "{", headers));
  }

  private void publish(Cargo cargo, long offset) {
    audit.published(place(offset), cargo);
  }

  private List<Violation> verdict() {
    return audit.verdict(cargo -> "");
  }

  private void assertFound(Kind kind, String subject) {
    assertThat(verdict())
        .extracting(Violation::kind, Violation::subject)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(kind, subject));
  }

  @Test
  void a_run_in_which_all_ended_as_it_should_is_not_accused() {
    publish(PLAIN, 0);
    publish(GONE, 1);
    assertThat(audit.waiting()).isEqualTo(2);
    completed(PLAIN, 0, 10);
    state(PLAIN, "running");
    state(PLAIN, "completed");
    failed(GONE, 1, "http-status");
    state(GONE, "failed");
    deadLetter(1);
    assertThat(verdict()).isEmpty();
    assertThat(audit.waiting()).isZero();
  }

  @Test
  void an_end_may_be_read_before_its_record_is_known_to_be_published() {
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    publish(PLAIN, 0);
    assertThat(audit.waiting()).isZero();
    assertThat(verdict()).isEmpty();
  }

  @Test
  void a_record_without_an_end_is_lost() {
    publish(PLAIN, 0);
    assertFound(Kind.LOST, PLAIN.id());
  }

  @Test
  void a_record_with_two_ends_is_doubled() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    assertFound(Kind.DOUBLED, PLAIN.id());
    assertThat(audit.duplicates()).isEqualTo(1);
  }

  @Test
  void a_job_with_more_ends_than_records_is_doubled_whatever_their_ids() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    completed(PLAIN, 7, 10);
    state(PLAIN, "completed");
    assertThat(verdict()).extracting(Violation::kind).containsExactly(Kind.UNASKED, Kind.DOUBLED);
  }

  @Test
  void two_records_of_one_job_have_an_end_each() {
    publish(PLAIN, 0);
    publish(PLAIN, 1);
    completed(PLAIN, 0, 10);
    completed(PLAIN, 1, 10);
    assertThat(verdict()).isEmpty();
  }

  @Test
  void an_end_that_the_job_cannot_have_is_wrong() {
    publish(GONE, 0);
    completed(GONE, 0, 10);
    state(GONE, "completed");
    assertFound(Kind.WRONG_END, GONE.id());
  }

  @Test
  void a_size_that_is_not_that_of_the_file_is_wrong() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 9);
    state(PLAIN, "completed");
    assertFound(Kind.WRONG_END, PLAIN.id());
  }

  @Test
  void an_event_whose_parts_contradict_each_other_is_no_end() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    audit.end(event("job-9", "haul.jobs-3-0", "{\"jobId\":\"job-8\",\"outcome\":\"completed\"}"));
    assertFound(Kind.UNASKED, "haul.completions-0-0");
  }

  @Test
  void a_last_state_that_is_not_the_outcome_is_wrong() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    state(PLAIN, "running");
    assertFound(Kind.WRONG_STATE, PLAIN.id());
  }

  @Test
  void a_failed_job_without_its_dead_letter_is_found() {
    publish(GONE, 0);
    failed(GONE, 0, "http-status");
    state(GONE, "failed");
    assertFound(Kind.WRONG_DEAD_LETTER, GONE.id());
  }

  @Test
  void a_dead_letter_of_a_completed_job_is_found() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    deadLetter(0);
    assertFound(Kind.WRONG_DEAD_LETTER, PLAIN.id());
  }

  @Test
  void a_completed_job_without_its_file_is_found() {
    publish(PLAIN, 0);
    completed(PLAIN, 0, 10);
    state(PLAIN, "completed");
    assertThat(audit.verdict(cargo -> "it is not there"))
        .containsExactly(new Violation(Kind.WRONG_FILE, PLAIN.id(), "it is not there"));
  }
}
