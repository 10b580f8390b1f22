package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetLedgerTest {
  private final OffsetLedger ledger = OffsetLedger.from(new Commit(100, ""));

  private static void take(OffsetLedger ledger, long... offsets) {
    for (long offset : offsets) {
      assertThat(ledger.take(offset)).as("take %d", offset).isTrue();
    }
  }

  private static void settle(OffsetLedger ledger, long... offsets) {
    LongStream.of(offsets).forEach(ledger::settle);
  }

  @Test
  void a_new_one_commits_what_was_committed() {
    assertThat(ledger.commit()).isEqualTo(new Commit(100, ""));
    assertThat(ledger.metadataIgnored()).isFalse();
  }

  @Test
  void jobs_that_finish_in_order_need_no_metadata() {
    take(ledger, 100, 101, 102);
    settle(ledger, 100, 101);
    assertThat(ledger.commit()).isEqualTo(new Commit(102, ""));
    settle(ledger, 102);
    assertThat(ledger.commit()).isEqualTo(new Commit(103, ""));
    assertThat(ledger.inFlight()).isZero();
  }

  @Test
  void a_slow_job_holds_the_commit_and_the_others_are_remembered() {
    take(ledger, 100, 101, 102, 103);
    settle(ledger, 101, 103);
    assertThat(ledger.commit().offset()).isEqualTo(100);
    assertThat(ledger.ahead()).isEqualTo(2);
    assertThat(ledger.inFlight()).isEqualTo(2);

    OffsetLedger next = OffsetLedger.from(ledger.commit());
    assertThat(LongStream.range(100, 105).filter(next::take)).containsExactly(100L, 102L, 104L);
    settle(next, 100, 102);
    assertThat(next.commit()).isEqualTo(new Commit(104, ""));
  }

  @Test
  void skipped_offsets_count_as_finished() {
    take(ledger, 105, 109);
    assertThat(ledger.commit().offset()).isEqualTo(105);
    settle(ledger, 105);
    assertThat(ledger.commit()).isEqualTo(new Commit(109, ""));
  }

  @Test
  void an_offset_that_was_in_flight_before_a_crash_and_does_not_come_back_counts_as_finished() {
    take(ledger, 100, 101, 102, 103);
    settle(ledger, 103);
    OffsetLedger next = OffsetLedger.from(ledger.commit());
    take(next, 101);
    assertThat(next.commit().offset()).isEqualTo(101);
    assertThat(next.take(103)).isFalse();
    settle(next, 101);
    assertThat(next.commit()).isEqualTo(new Commit(104, ""));
  }

  @Test
  void what_was_finished_early_is_committed_again_before_it_is_seen_again() {
    take(ledger, 100, 101, 102, 103);
    settle(ledger, 101, 103);
    assertThat(OffsetLedger.from(ledger.commit()).commit()).isEqualTo(ledger.commit());
  }

  @Test
  void an_offset_is_taken_only_once() {
    take(ledger, 100);
    assertThat(ledger.take(100)).as("in flight").isFalse();
    assertThat(ledger.take(99)).as("before the commit").isFalse();
    settle(ledger, 100);
    assertThat(ledger.take(100)).as("finished").isFalse();
  }

  @Test
  void only_what_is_in_flight_can_be_settled() {
    take(ledger, 100, 102);
    settle(ledger, 100);
    for (long offset : new long[] {99, 100, 101, 103}) {
      assertThatThrownBy(() -> ledger.settle(offset))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("offset " + offset + " is not in flight");
    }
    assertThat(ledger.commit()).isEqualTo(new Commit(102, ""));
  }

  @Test
  void the_commit_is_made_once_for_each_change() {
    take(ledger, 100, 101);
    settle(ledger, 101);
    Commit commit = ledger.commit();
    assertThat(ledger.commit()).isSameAs(commit);
    settle(ledger, 100);
    assertThat(ledger.commit()).isNotEqualTo(commit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "haul2:AAAA", "haul1:", "haul1:AAAAAA", "haul1:*", "{\"a\":1}"})
  void metadata_of_somebody_else_is_ignored(String metadata) {
    OffsetLedger foreign = OffsetLedger.from(new Commit(100, metadata));
    assertThat(foreign.metadataIgnored()).isTrue();
    assertThat(foreign.commit()).isEqualTo(new Commit(100, ""));
    take(foreign, 100, 101);
  }

  @Nested
  class Nearly_full {
    @Test
    void it_is_not_with_thousands_of_neighbours_in_flight() {
      LongStream.range(100, 8_100).forEach(ledger::take);
      assertThat(ledger.isNearlyFull()).isFalse();
    }

    @Test
    void it_is_not_with_one_slow_job_before_a_million_finished() {
      ledger.take(100);
      LongStream.range(101, 1_000_101).forEach(ledger::take);
      LongStream.range(101, 1_000_101).forEach(ledger::settle);
      assertThat(ledger.isNearlyFull()).isFalse();
      assertThat(ledger.ahead()).isEqualTo(1_000_000);
      assertThat(ledger.commit().metadata()).hasSizeLessThan(20);
    }

    @Test
    void it_becomes_with_many_scattered_slow_jobs_and_ends_when_they_do() {
      long offset = 100;
      while (!ledger.isNearlyFull()) {
        take(ledger, offset);
        offset += 1000;
      }
      assertThat(ledger.inFlight()).isEqualTo(787);
      settle(ledger, 100);
      assertThat(ledger.isNearlyFull()).isFalse();
    }

    @Test
    void it_never_is_with_nothing_in_flight() {
      for (long offset = 100; ledger.commit().metadata().length() < 4050; offset += 1000) {
        take(ledger, offset);
      }
      OffsetLedger next = OffsetLedger.from(ledger.commit());
      assertThat(ledger.isNearlyFull()).isTrue();
      assertThat(next.isNearlyFull()).isFalse();
    }

    @Test
    void when_it_is_ignored_the_farthest_finished_offsets_are_forgotten() {
      for (int i = 0; i < 5000; i++) {
        take(ledger, 100 + i * 1000L);
      }
      Commit commit = ledger.commit();
      assertThat(commit.offset()).isEqualTo(100);
      assertThat(commit.metadata()).hasSizeBetween(4090, 4096).matches("haul1:[A-Za-z0-9_-]+");
      OffsetLedger next = OffsetLedger.from(commit);
      assertThat(next.take(100)).isTrue();
      assertThat(next.take(101)).isFalse();
      assertThat(next.take(100 + 4999 * 1000L - 1)).isTrue();
    }
  }
}
