package dev.haul;

import dev.haul.admin.Operator;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.kafka.ControlPublisher;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.TopicSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/** Has the page's commands published; rare, so each opens a producer of its own. */
record KafkaOperator(Vertx vertx, KafkaSettings kafka, TopicSettings topics) implements Operator {

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
}
