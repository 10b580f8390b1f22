package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A ledger beside the plainest model of one: sets of offsets. Every step checks that both agree.
 * Records are read from a log, which may have gaps.
 */
final class LedgerModel {
  private final List<Long> log;
  private OffsetLedger ledger;
  private Commit committed;

  /** Settled before the last commit: may never be taken again. */
  private Set<Long> durable = new HashSet<>();

  private final Set<Long> settled = new HashSet<>();
  private final TreeSet<Long> inFlight = new TreeSet<>();
  private int position;

  LedgerModel(List<Long> log) {
    this.log = log;
    committed = new Commit(log.getFirst(), "");
    ledger = OffsetLedger.from(committed);
  }

  boolean canTake() {
    return position < log.size();
  }

  List<Long> inFlight() {
    return new ArrayList<>(inFlight);
  }

  OffsetLedger ledger() {
    return ledger;
  }

  void take() {
    long offset = log.get(position++);
    boolean taken = ledger.take(offset);
    if (taken == settled.contains(offset)) {
      throw new AssertionError("take %d answered %s".formatted(offset, taken));
    }
    if (taken) {
      inFlight.add(offset);
    }
  }

  void settle(long offset) {
    ledger.settle(offset);
    inFlight.remove(offset);
    settled.add(offset);
  }

  void commit() {
    committed = ledger.commit();
    assertThat(committed.metadata()).hasSizeLessThanOrEqualTo(4096).matches("\\p{ASCII}*");
    assertThat(log.stream().takeWhile(offset -> offset < committed.offset()))
        .as("passed by the commit")
        .allMatch(settled::contains);
    if (!inFlight.isEmpty()) {
      assertThat(committed.offset()).isLessThanOrEqualTo(inFlight.getFirst());
    }
    assertThat(ledger.inFlight()).isEqualTo(inFlight.size());
    durable = new HashSet<>(settled);
  }

  /** All that was not committed is gone, and reading begins again at the commit. */
  void crash() {
    ledger = OffsetLedger.from(committed);
    assertThat(ledger.metadataIgnored()).isFalse();
    settled.retainAll(durable);
    inFlight.clear();
    position = 0;
    while (canTake() && log.get(position) < committed.offset()) {
      position++;
    }
  }

  /** Runs what is left to the end: afterwards each record must have been settled. */
  void finish() {
    while (canTake()) {
      take();
    }
    inFlight().forEach(this::settle);
    commit();
    assertThat(settled).containsAll(log);
    assertThat(committed).isEqualTo(new Commit(log.getLast() + 1, ""));
  }
}
