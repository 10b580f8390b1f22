package dev.haul.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.chaos.Violation.Kind;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import dev.haul.policy.OffsetLedger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final Partition JOBS = new Partition("haul.jobs", 0);
  private static final Partition EVENTS = new Partition("haul.completions", 0);

  private final Audit audit = new Audit();
  private final Claims claims = new Claims();

  private void publish(int records) {
    for (int offset = 0; offset < records; offset++) {
      audit.published(
          new Position(JOBS, offset),
          new Cargo(offset, Cargo.id(offset), CargoKind.WHOLE, 1, 1, true));
    }
  }

  private void end(long offset) {
    String json = "{\"jobId\":\"%s\",\"outcome\":\"completed\"}".formatted(Cargo.id((int) offset));
    audit.end(
        new SourceRecord(
            new Position(EVENTS, offset),
            Instant.EPOCH,
            Cargo.id((int) offset).getBytes(UTF_8),
            json.getBytes(UTF_8),
            List.of(
                new SourceRecord.Header("ce_type", "dev.haul.job.completed.v1".getBytes(UTF_8)),
                new SourceRecord.Header(
                    "ce_id", new Position(JOBS, offset).toString().getBytes(UTF_8)))));
  }

  private List<Violation> judge(long read) {
    return claims.judge(Map.of(EVENTS, read), audit);
  }

  @Test
  void an_offset_that_is_committed_with_the_end_of_its_job_is_fine() {
    publish(2);
    end(0);
    claims.claim(Map.of(JOBS, new Commit(1, "")), Map.of(EVENTS, 1L));
    assertThat(judge(1)).isEmpty();
  }

  @Test
  void an_offset_that_is_committed_before_the_end_of_its_job_is_found_once() {
    publish(2);
    end(0);
    claims.claim(Map.of(JOBS, new Commit(2, "")), Map.of(EVENTS, 1L));
    assertThat(judge(1))
        .extracting(Violation::kind, Violation::subject)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Kind.EARLY_COMMIT, "haul.jobs-0-1"));
    claims.claim(Map.of(JOBS, new Commit(2, "")), Map.of(EVENTS, 1L));
    assertThat(judge(1)).isEmpty();
  }

  @Test
  void nothing_is_judged_before_the_ends_of_that_time_have_been_read() {
    publish(1);
    claims.claim(Map.of(JOBS, new Commit(1, "")), Map.of(EVENTS, 1L));
    assertThat(judge(0)).isEmpty();
    end(0);
    assertThat(judge(1)).isEmpty();
  }

  @Test
  void what_the_metadata_says_is_finished_is_judged_too() {
    publish(4);
    OffsetLedger ledger = OffsetLedger.from(new Commit(0, ""));
    for (int offset = 0; offset < 4; offset++) {
      ledger.take(offset);
    }
    ledger.settle(2);
    end(1);
    claims.claim(Map.of(JOBS, ledger.commit()), Map.of(EVENTS, 0L));
    assertThat(judge(0)).extracting(Violation::subject).containsExactly("haul.jobs-0-2");
  }

  @Test
  void a_record_that_went_to_a_retry_topic_may_be_committed_without_its_end() {
    publish(1);
    audit.moved(
        new SourceRecord(
            new Position(new Partition("haul.retry.1m", 0), 0),
            Instant.EPOCH,
            null,
            null,
            List.of(
                new SourceRecord.Header("haul-origin-topic", "haul.jobs".getBytes(UTF_8)),
                new SourceRecord.Header("haul-origin-partition", "0".getBytes(UTF_8)),
                new SourceRecord.Header("haul-origin-offset", "0".getBytes(UTF_8)))));
    claims.claim(Map.of(JOBS, new Commit(1, "")), Map.of(EVENTS, 0L));
    assertThat(judge(0)).isEmpty();
    assertThat(audit.waiting()).as("its end is still owed").isEqualTo(1);
  }

  @Test
  void the_metadata_of_any_ledger_is_read_as_its_writer_meant_it() {
    long seed = new SplittableRandom().nextLong();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      OffsetLedger ledger = OffsetLedger.from(new Commit(random.nextInt(1000), ""));
      long first = ledger.commit().offset();
      List<Long> finished = new ArrayList<>();
      for (long offset = first; offset < first + 300; offset++) {
        ledger.take(offset);
        if (random.nextInt(3) > 0) {
          ledger.settle(offset);
          finished.add(offset);
        }
      }
      assertThat(FinishedOffsets.from(first, ledger.commit()))
          .as("seed %d", seed)
          .isEqualTo(finished);
    }
  }
}
