package dev.haul.zoom;

import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Target;
import dev.haul.zoom.MoveReport.Standing;
import dev.haul.zoom.MoveSettings.AfterStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes recordings away from Zoom that are proved to be stored. All that it knows stands in topics:
 * it may die at any point and begin again, and a meeting whose receipt says "verified" is one that
 * it may have died over. Belongs to one thread; blocks.
 */
public final class Move {
  private static final Logger LOG = LoggerFactory.getLogger(Move.class);
  private static final Duration STEP = Duration.ofMillis(200);

  /** A meeting about which nothing new was heard is looked at again after this. */
  private static final Duration AGAIN = Duration.ofHours(1);

  private final MoveSettings settings;
  private final ZoomApi api;
  private final MoveTopics topics;
  private final Shelf shelf;
  private final MeetingJudge judge;
  private final @Nullable ReceiptKey key;
  private final InstantSource clock;
  private final boolean removes;
  private final Map<String, Case> cases = new LinkedHashMap<>();
  private final MoveReport report = new MoveReport();

  /** What is known of a meeting. */
  private static final class Case {
    Map<JobId, StoredJob> jobs = new HashMap<>();
    Instant lookAt = Instant.MIN;

    /** One that says "verified": the process died before it could say more. */
    Receipt.@Nullable Written receipt;

    boolean isMoved;
  }

  /**
   * @param dryRun takes nothing away, and writes no receipts
   * @throws InvalidField when recordings shall be taken away and there is no key
   */
  public Move(
      MoveSettings settings,
      ZoomApi api,
      MoveTopics topics,
      Shelf shelf,
      boolean dryRun,
      InstantSource clock) {
    this.settings = settings;
    this.api = api;
    this.topics = topics;
    this.shelf = shelf;
    this.judge = new MeetingJudge(shelf);
    this.clock = clock;
    this.removes = !dryRun && settings.afterStore() != AfterStore.KEEP;
    this.key = settings.keyFile() == null ? null : ReceiptKey.read(settings.keyFile());
    if (removes && key == null) {
      throw new InvalidField("zoom.move.key-file", "must be given to sign receipts with");
    }
  }

  public MoveReport report() {
    return report;
  }

  /** Whether it takes anything away. */
  public boolean removes() {
    return removes;
  }

  /** Reads the receipts of earlier runs. Call it once, before the first round. */
  public void begin() {
    topics.receipts((meeting, text) -> {
      if (key == null) {
        return;
      }
      try {
        Receipt.Written written = Receipt.Written.read(text, key);
        if (written.meeting().equals(meeting)) {
          remember(meeting, written);
        }
      } catch (InvalidField e) {
        LOG.warn("The receipt of meeting {} counts for nothing: {}", meeting, e.getMessage());
      }
    });
  }

  private void remember(String meeting, Receipt.Written written) {
    Case known = cases.computeIfAbsent(meeting, _ -> new Case());
    known.isMoved = written.state() != Receipt.State.VERIFIED;
    known.receipt = known.isMoved ? null : written;
    if (known.isMoved) {
      known.jobs = Map.of();
      report.put(meeting, Standing.MOVED, List.of());
    }
  }

  /**
   * Reads what has ended and deals with every meeting that is due.
   *
   * @param stops whether to end before the next meeting
   * @throws RuntimeException when Kafka or a store fails; the next run goes on
   */
  public void round(BooleanSupplier stops) {
    do {
      topics.poll(STEP).forEach(this::note);
    } while (!topics.isCaughtUp() && !stops.getAsBoolean());
    Instant now = clock.instant();
    for (Map.Entry<String, Case> entry : List.copyOf(cases.entrySet())) {
      if (stops.getAsBoolean()) {
        break;
      }
      if (!entry.getValue().isMoved && !now.isBefore(entry.getValue().lookAt)) {
        look(entry.getKey(), entry.getValue(), now);
      }
    }
    topics.commit(unfinished());
  }

  /**
   * The last end that tells a digest counts. A job that was sent again ends without one when its
   * file is there already, or fails and leaves the file as it is: what was stored is read back
   * anyway.
   */
  private void note(StoredJob job) {
    Case known = cases.computeIfAbsent(job.meeting(), _ -> new Case());
    if (known.isMoved) {
      return;
    }
    StoredJob last = known.jobs.get(job.jobId());
    boolean tellsMore = last == null || job.file() != null || last.file() == null;
    if (tellsMore && (last == null || !job.at().isBefore(last.at()))) {
      known.jobs.put(job.jobId(), job);
      known.lookAt = Instant.MIN;
    }
  }

  private void look(String uuid, Case known, Instant now) {
    Instant rests = restsUntil(known.jobs.values());
    if (known.receipt == null && now.isBefore(rests)) {
      known.lookAt = rests;
      report.put(uuid, Standing.RESTS, List.of("until " + rests));
      return;
    }
    known.lookAt = now.plus(AGAIN);
    try {
      Optional<Meeting> meeting = api.meeting(uuid);
      if (meeting.isPresent()) {
        act(uuid, known, judge.judge(meeting.get(), known.jobs));
      } else if (known.receipt != null) {
        finish(uuid, known, known.receipt);
      } else {
        report.put(
            uuid, Standing.GONE, List.of("Zoom has no recording of it, or in the trash only"));
      }
    } catch (ZoomRefused e) {
      known.lookAt = now.plus(settings.interval());
      report.put(uuid, Standing.UNKNOWN, List.of(String.valueOf(e.getMessage())));
    }
  }

  private Instant restsUntil(Collection<StoredJob> jobs) {
    return jobs.stream()
        .map(StoredJob::at)
        .max(Instant::compareTo)
        .map(last -> last.plus(settings.grace()))
        .orElse(Instant.MIN);
  }

  private void act(String uuid, Case known, Judgement judgement) {
    switch (judgement) {
      case Judgement.Differs(_, List<String> differences) ->
          report.put(uuid, Standing.DIFFERS, differences);
      case Judgement.Waits(_, List<String> reasons) -> report.put(uuid, Standing.WAITS, reasons);
      case Judgement.Proved(Meeting meeting, List<Receipt.Proof> proofs) -> {
        if (removes) {
          remove(uuid, known, meeting, proofs);
        } else {
          // Its bytes are not read again before something is heard of it.
          known.lookAt = Instant.MAX;
          report.put(uuid, Standing.PROVED, List.of());
        }
      }
    }
  }

  private void remove(String uuid, Case known, Meeting meeting, List<Receipt.Proof> proofs) {
    // Reading back may have taken long.
    Optional<Meeting> again = api.meeting(uuid);
    if (again.isEmpty() || !MeetingJudge.isUnchanged(meeting, again.get())) {
      known.lookAt = clock.instant().plus(settings.interval());
      report.put(uuid, Standing.WAITS, List.of("Zoom has changed it meanwhile"));
      return;
    }
    var receipt = new Receipt(Receipt.State.VERIFIED, meeting, proofs, clock.instant(), null);
    byte[] text = receipt.signed(key());
    write(uuid, proofs.getFirst().copy().store(), receipt.target(), text);
    Receipt.Written written = Receipt.Written.read(text, key());
    known.receipt = written;
    if (api.remove(uuid, settings.afterStore() == AfterStore.DELETE)) {
      LOG.info("Meeting {} is taken away from Zoom", uuid);
    }
    finish(uuid, known, written);
  }

  /**
   * The recording is not at Zoom any more, or in the trash, and its receipt says why; how it went
   * is for a run to say that takes away too.
   */
  private void finish(String uuid, Case known, Receipt.Written receipt) {
    if (!removes) {
      known.lookAt = Instant.MAX;
      report.put(uuid, Standing.MOVED, List.of());
      return;
    }
    Receipt.State state =
        settings.afterStore() == AfterStore.DELETE ? Receipt.State.DELETED : Receipt.State.TRASHED;
    byte[] text = receipt.removed(state, clock.instant(), key());
    write(uuid, receipt.store(), receipt.target(), text);
    remember(uuid, Receipt.Written.read(text, key()));
  }

  /** The topic is last: what it holds is beside the files too. */
  private void write(String uuid, String store, Target target, byte[] text) {
    shelf.put(store, target, text);
    topics.publish(uuid, text);
  }

  private ReceiptKey key() {
    if (key == null) {
      throw new IllegalStateException("nothing is taken away without a key");
    }
    return key;
  }

  /** The oldest event of each partition that tells of a meeting that is not moved. */
  private Map<Partition, Long> unfinished() {
    Map<Partition, Long> oldest = new HashMap<>();
    for (Case known : cases.values()) {
      for (StoredJob job : known.jobs.values()) {
        oldest.merge(job.position().partition(), job.position().offset(), Math::min);
      }
    }
    return oldest;
  }
}
