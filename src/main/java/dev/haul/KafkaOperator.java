package dev.haul;

import dev.haul.admin.DeadFilter;
import dev.haul.admin.DeadJob;
import dev.haul.admin.Operator;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.kafka.ControlPublisher;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.LatestLetters;
import dev.haul.kafka.Letter;
import dev.haul.kafka.TopicSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;

/**
 * Does in Kafka what the page wants; rare, so each call opens clients of its own. One call about
 * dead letters runs at a time.
 */
record KafkaOperator(
    Vertx vertx, KafkaSettings kafka, TopicSettings topics, String worker, InstantSource clock)
    implements Operator {

  @Override
  public Future<Void> control(Action action, ControlScope scope) {
    return vertx
        .executeBlocking(
            () -> {
              try (var publisher = new ControlPublisher(kafka, topics)) {
                return publisher.publish(action, List.of(scope));
              }
            },
            false)
        .mapEmpty();
  }

  @Override
  public Future<List<DeadJob>> dead() {
    return vertx.executeBlocking(
        () -> letters().open().stream().map(KafkaOperator::deadJob).toList());
  }

  private LatestLetters letters() {
    return new LatestLetters(kafka, topics);
  }

  private static DeadJob deadJob(Letter letter) {
    return new DeadJob(
        letter.record().position().toString(),
        letter.jobId().value(),
        letter.code(),
        letter.message(),
        letter.host(),
        letter.attempts(),
        letter.redrives(),
        letter.diedAt(),
        letter.history());
  }

  @Override
  public Future<Redriven> redrive(DeadFilter filter) {
    return vertx.executeBlocking(() -> {
      LatestLetters.Redriven redriven =
          letters()
              .redrive(
                  letter ->
                      filter.matches(
                          letter.record().position().toString(), letter.code(), letter.host()),
                  "page of " + worker,
                  clock.instant());
      return new Redriven(redriven.done(), redriven.refused());
    });
  }
}
