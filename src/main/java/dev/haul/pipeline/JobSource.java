package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where jobs come from: the job topics, as one member of a consumer group. Belongs to the context
 * on which {@link #start} is called; everything else is called there, and the listener is too.
 */
public interface JobSource {

  /** What the source tells. Called on the source's context, one call at a time, in this order. */
  interface Listener {
    /** What proves from now on that this worker is a member; comes before what it allows. */
    void joined(Membership membership);

    /**
     * Partitions now belong to this worker; reading begins at each commit's offset. Told of none
     * too, when the worker has joined a group that has no partition to spare.
     *
     * @param generation of the group; it grows with each assignment
     */
    void assigned(Map<Partition, Commit> committed, long generation);

    /** Records in the order of their offsets, at most one poll's worth. */
    void received(List<JobRecord> records);

    /**
     * Partitions are about to go to somebody else. The answer is what is still to commit for them;
     * the group waits for it, so it must come within the source's bound. After that they are {@link
     * #lost}.
     */
    Future<Map<Partition, Commit>> revoked(Set<Partition> partitions);

    /** Partitions are gone already: nothing about them may be committed or published any more. */
    void lost(Set<Partition> partitions);
  }

  /** Joins the group. Completes when the subscription stands, not when partitions are assigned. */
  Future<Void> start(Listener listener);

  /**
   * Commits offsets with their metadata, unless the transaction that published what they finish has
   * done so already.
   *
   * @return fails when the group is rebalancing or Kafka does not answer: commit again later
   */
  Future<Void> commit(Map<Partition, Commit> commits);

  /** Whether a partition is of a topic in which jobs wait. */
  boolean isOfRetries(Partition partition);

  /**
   * Records of its partitions that have not been delivered, as known a few seconds ago; for any
   * thread.
   */
  long backlog();

  /**
   * For how long Kafka has not answered this worker as a member of its group, to the second; zero
   * before it first has. For any thread.
   */
  Duration silence();

  /**
   * Stops delivery from the partitions; polling, and so membership, goes on. The records of a poll
   * under way still come.
   */
  void pause(Set<Partition> partitions);

  void resume(Set<Partition> partitions);

  /** Leaves the group. Nothing is delivered afterwards. */
  Future<Void> close();
}
