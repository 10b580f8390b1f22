package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Partition;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What jobs ask of the other verticles, and tell them. Belongs to the dispatch context. */
final class Orders {
  /** Parts of so many jobs may be on their way to the disk: 24 MiB at most. */
  static final int MAX_PUBLISHING = 128;

  private final Vertx vertx;

  /** Publications that are under way. */
  private int publishing;

  Orders(Vertx vertx) {
    this.vertx = vertx;
  }

  Future<Found> find(DownloadJob job, OptionalLong size, @Nullable Checksum checksum) {
    return Bus.FIND.ask(vertx, new FindOrder(job, size, checksum));
  }

  /** What a transfer may ask for while it runs. */
  ExtraSlots extraSlots(JobRecord.Valid record) {
    return new BusSlots(vertx, record);
  }

  /** What a transfer runs when it has put down enough. */
  Runnable advanced(JobRecord.Valid record) {
    return () -> Bus.ADVANCED.send(vertx, record);
  }

  Future<FetchResult> fetch(FetchOrder order) {
    return Bus.FETCH.ask(vertx, order);
  }

  /**
   * Whether a job that has all its bytes may leave its slot to the next one before they are
   * durable: a disk syncs many files as fast as one. Beyond this bound it keeps the slot meanwhile,
   * so that a slow disk slows down the transfers.
   */
  boolean hasRoomToPublish() {
    return publishing < MAX_PUBLISHING;
  }

  Future<Published> publish(Publication publication) {
    publishing++;
    return Bus.PUBLISH.ask(vertx, publication).onComplete(_ -> publishing--);
  }

  /** Nobody will go on with the job's part. */
  void forget(DownloadJob job, Partition partition) {
    Bus.FORGET.send(vertx, part(job, partition));
  }

  /** Lets what is kept of a job be taken by whoever it comes to next. */
  Future<Void> release(DownloadJob job, Partition partition) {
    return Bus.RELEASE.ask(vertx, part(job, partition));
  }

  /** Takes what was kept of a job that comes from another partition now. */
  Future<Void> adopt(DownloadJob job, Partition partition) {
    return Bus.ADOPT.ask(vertx, part(job, partition));
  }

  private static KeptPart part(DownloadJob job, Partition partition) {
    return new KeptPart(job.store(), new PartKey(partition, job.id(), job.url()));
  }

  void announce(StateChanged state) {
    Bus.EVENTS.publish(vertx, state);
  }

  void settle(Settlement settlement) {
    JobLog.settled(settlement);
    Bus.SETTLE.send(vertx, settlement);
  }
}
