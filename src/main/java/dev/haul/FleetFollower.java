package dev.haul;

import dev.haul.admin.Fleet;
import dev.haul.admin.FleetFeed;
import dev.haul.admin.LiveJob;
import dev.haul.job.JobState;
import dev.haul.kafka.EventFollower;
import dev.haul.kafka.JobNews;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.KafkaUnavailable;
import dev.haul.kafka.TopicSettings;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the page of the jobs of all workers, from the topics of states and progress. */
record FleetFollower(KafkaSettings kafka, TopicSettings topics) implements FleetFeed {
  private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(2);

  @Override
  public AutoCloseable follow(Fleet fleet) {
    var over = new AtomicBoolean();
    Thread.ofPlatform().daemon().name("haul-fleet").start(() -> run(fleet, over));
    return () -> over.set(true);
  }

  private void run(Fleet fleet, AtomicBoolean over) {
    while (!over.get()) {
      try (EventFollower follower = EventFollower.ofStates(kafka, topics)) {
        while (!over.get()) {
          follower.poll(POLL).forEach(news -> tell(fleet, news));
          if (follower.isCaughtUp()) {
            fleet.caughtUp();
          }
        }
      } catch (KafkaUnavailable e) {
        LOG.info("The states of all workers cannot be read, trying on: {}", e.getMessage());
        LockSupport.parkNanos(AFTER_REFUSAL.toNanos());
      }
    }
  }

  private static void tell(Fleet fleet, JobNews news) {
    switch (news) {
      case JobNews.State state -> {
        switch (state.state()) {
          case QUEUED, RUNNING, WAITING -> fleet.seen(live(state));
          case COMPLETED, FAILED, CANCELLED ->
              fleet.ended(state.jobId(), state.state(), state.errorCode());
        }
      }
      case JobNews.Progress progress ->
          fleet.moved(
              progress.jobId(),
              new LiveJob.Progress(
                  progress.bytes(),
                  progress.totalBytes(),
                  progress.bytesPerSecond(),
                  progress.etaSeconds()));
      case JobNews.Ended _ -> {
        // The final state says it.
      }
    }
  }

  private static LiveJob live(JobNews.State state) {
    return new LiveJob(
        state.jobId(),
        state.state(),
        state.host(),
        state.target(),
        state.attempt(),
        state.until(),
        state.state() == JobState.WAITING ? state.reason() : null,
        state.worker(),
        null,
        state.at());
  }
}
