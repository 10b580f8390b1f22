package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Partition;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;

/**
 * The map of the event bus: every address, what it carries and who answers.
 *
 * <pre>
 * intake ──JOBS──▶ dispatch ──FIND, PUBLISH, FORGET──▶ storage ◀──CLAIM, LEAVE── intake
 *  ▲ ▲ │              │ └─────FETCH──────────▶ transfer ──EVENTS──▶ report
 *  │ │ ├─HAND_OVER──▶ ├───────EVENTS──────────────────────────────▶ │ ▲
 *  │ └─┼──────SETTLE──┘                                             │ │
 *  │   └──────BATCH, PUBLISHED────────────────────────────────────────┘
 *  └──────────STATES────────────────────────────────────────────────┘
 * </pre>
 */
public final class Bus {
  /** Records taken by one poll, from intake to dispatch. */
  static final Channel<List<JobRecord>, Void> JOBS = new Channel<>("haul.jobs");

  /** Orders to fetch; one of the transfer verticles answers. */
  static final Channel<FetchOrder, FetchResult> FETCH = new Channel<>("haul.fetch");

  /** Asks storage what stands under a job's target. */
  static final Channel<FindOrder, Found> FIND = new Channel<>("haul.find");

  /** Asks storage to put a part under its name. */
  static final Channel<Publication, Published> PUBLISH = new Channel<>("haul.publish");

  /** Asks storage whether a store has room. */
  static final Channel<RoomOrder, Boolean> ROOM = new Channel<>("haul.room");

  /** Has storage put the part of a job where it can be taken from another partition. */
  static final Channel<KeptPart, Void> RELEASE = new Channel<>("haul.release");

  /** Has storage take the part of a job that comes from another partition than before. */
  static final Channel<KeptPart, Void> ADOPT = new Channel<>("haul.adopt");

  /** Tells storage that nobody will go on with the part of a job. */
  static final Channel<KeptPart, Void> FORGET = new Channel<>("haul.forget");

  /** Has storage take over what is left of the parts of partitions. */
  static final Channel<ClaimOrder, Void> CLAIM = new Channel<>("haul.claim");

  /** Tells storage that partitions are not this worker's any more. */
  static final Channel<Set<Partition>, Void> LEAVE = new Channel<>("haul.leave");

  /** Asks dispatch for one more slot for a job that runs. */
  static final Channel<JobRecord.Valid, Boolean> TAKE_SLOT = new Channel<>("haul.take-slot");

  /** Gives such a slot back. */
  static final Channel<JobRecord.Valid, Void> GIVE_SLOT = new Channel<>("haul.give-slot");

  /** Tells dispatch that a job that runs has put down so much that it cannot be what kills. */
  static final Channel<JobRecord.Valid, Void> ADVANCED = new Channel<>("haul.advanced");

  /** Progress and states, to whoever listens. */
  public static final Channel<JobEvent, Void> EVENTS = new Channel<>("haul.events");

  /** Finished records, from dispatch to intake. */
  static final Channel<Settlement, Void> SETTLE = new Channel<>("haul.settle");

  /** States that nothing newer has overtaken, from report to intake, which fences them. */
  static final Channel<List<StateChanged>, Void> STATES = new Channel<>("haul.states");

  /** Asks report to publish a batch; the answer comes when it is known what came of it. */
  static final Channel<Batch, BatchOutcome> BATCH = new Channel<>("haul.batch");

  /** Batches that Kafka has, to whoever listens. */
  static final Channel<Batch, Void> PUBLISHED = new Channel<>("haul.published");

  /** Asks dispatch to stop the jobs of some partitions; the answer is those that have not ended. */
  static final Channel<HandOver, HandedOver> HAND_OVER = new Channel<>("haul.hand-over");

  private Bus() {}

  /** Prepares the event bus of a Vert.x instance, once. */
  public static void install(Vertx vertx) {
    vertx.eventBus().registerCodec(new LocalCodec());
  }
}
