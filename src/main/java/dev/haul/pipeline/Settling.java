package dev.haul.pipeline;

import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import dev.haul.policy.SettlementBook;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what finishes records into batches and has them published, one at a time: while one is on
 * its way, the next one gathers. Belongs to the context of intake.
 */
final class Settling {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

  /** Long enough for news of a rebalance to arrive, which is the usual reason for a refusal. */
  private static final long AGAIN_MILLIS = 100;

  private static final long COMMIT_AGAIN_MILLIS = 250;

  private final Vertx vertx;
  private final JobSource source;
  private final CommitSettings settings;
  private final SettlementBook<SourceRecord, Settlement> book;
  private final IntakeGauges gauges;

  /** Hears of records whose end is in Kafka. */
  private final Consumer<List<SourceRecord>> whenPublished;

  /** The record of each job that is held, as states know the job alone, and the way back. */
  private final Map<JobId, SourceRecord> records = new HashMap<>();

  private final IdentityHashMap<SourceRecord, JobId> ids = new IdentityHashMap<>();

  private @Nullable Membership membership;
  private boolean gathering;
  private boolean due;
  private int hurries;

  /** When the batch that is on its way was sent, by the clock of the JVM. */
  private long begin;

  private boolean committing;

  Settling(
      Vertx vertx,
      JobSource source,
      CommitSettings settings,
      SettlementBook<SourceRecord, Settlement> book,
      IntakeGauges gauges,
      Consumer<List<SourceRecord>> whenPublished) {
    this.vertx = vertx;
    this.source = source;
    this.settings = settings;
    this.book = book;
    this.gauges = gauges;
    this.whenPublished = whenPublished;
  }

  void joined(Membership current) {
    membership = current;
  }

  /** A job is held from now on. */
  void taken(JobRecord job) {
    records.put(job.id(), job.source());
    ids.put(job.source(), job.id());
  }

  /** A record is not held any more. */
  void released(SourceRecord record) {
    JobId id = ids.remove(record);
    if (id != null) {
      records.remove(id, record);
    }
  }

  void tell(List<StateChanged> states) {
    boolean told = false;
    for (StateChanged state : states) {
      SourceRecord record = records.get(state.jobId());
      told |= record != null && book.tell(record, record.position(), state);
    }
    if (told) {
      gather();
    }
  }

  void settle(Settlement settlement) {
    SourceRecord record = settlement.source();
    if (book.end(record, record.position(), settlement)) {
      gather();
    }
  }

  /** From now on ends do not wait for others, until as many calls of {@link #calm}. */
  void hurry() {
    hurries++;
    send();
  }

  void calm() {
    hurries--;
  }

  private void gather() {
    if (hurries > 0 || due || book.pending() >= settings.maxJobs()) {
      send();
    } else if (!gathering) {
      gathering = true;
      var _ =
          vertx
              .timer(settings.interval().toMillis(), TimeUnit.MILLISECONDS)
              .onSuccess(_ -> {
                gathering = false;
                due = true;
                send();
              });
    }
  }

  /** Sends the next batch, unless one is on its way; then the next follows it. */
  private void send() {
    SettlementBook.Batch<Settlement> batch = book.close();
    if (batch != null) {
      due = false;
      publish(batch);
    } else {
      due = book.isBusy();
    }
  }

  private void publish(SettlementBook.Batch<Settlement> batch) {
    Membership shown = membership;
    if (shown == null) {
      throw new IllegalStateException("a partition was assigned before the group was joined");
    }
    gauges.committed(
        batch.commits().values().stream()
            .mapToInt(commit -> commit.metadata().length())
            .max()
            .orElse(0));
    var sent = new Batch(batch.states(), batch.ends(), batch.commits(), shown);
    begin = System.nanoTime();
    Bus.BATCH
        .ask(vertx, sent)
        .onComplete(
            outcome -> {
              switch (outcome) {
                case BatchOutcome.Published() -> published(sent);
                case BatchOutcome.Refused(String reason) -> refused(reason);
                case BatchOutcome.Unclear(Map<Partition, Commit> committed) -> {
                  if (book.isPublished(committed)) {
                    published(sent);
                  } else {
                    refused("it was not committed");
                  }
                }
              }
            },
            failure -> refused(failure.toString()));
  }

  private void published(Batch batch) {
    gauges.published(System.nanoTime() - begin);
    Bus.PUBLISHED.publish(vertx, batch);
    whenPublished.accept(book.published());
    commit();
    next();
  }

  private void refused(String reason) {
    gauges.refused();
    LOG.debug("A batch did not become true, sending it again: {}", reason);
    var _ = vertx.timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS).onSuccess(_ -> again());
  }

  private void again() {
    SettlementBook.Batch<Settlement> batch = book.again();
    if (batch == null) {
      next();
    } else {
      publish(batch);
    }
  }

  private void next() {
    if (hurries > 0 || due || book.pending() >= settings.maxJobs()) {
      send();
    }
  }

  /** What of these partitions is published but perhaps not committed. */
  Map<Partition, Commit> uncommitted(Set<Partition> partitions) {
    return book.uncommitted(partitions);
  }

  /** Commits what has been published; one commit is on its way at a time. */
  private void commit() {
    if (committing) {
      return;
    }
    Map<Partition, Commit> commits = book.uncommitted(book.partitions());
    if (commits.isEmpty()) {
      return;
    }
    committing = true;
    source
        .commit(commits)
        .onComplete(
            _ -> {
              committing = false;
              book.committed(commits);
              commit();
            },
            failure -> {
              LOG.debug("Commit refused, trying again: {}", failure.toString());
              var _ =
                  vertx
                      .timer(COMMIT_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                      .onSuccess(_ -> {
                        committing = false;
                        commit();
                      });
            });
  }
}
