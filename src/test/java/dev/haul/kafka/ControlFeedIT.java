package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.pipeline.ControlSource;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlFeedIT {
  private static final ControlScope HOST = new ControlScope.Host("origin.test");
  private static final ControlScope ALL = new ControlScope.All();

  private final Vertx vertx = Vertx.vertx();
  private final TopicSettings topics = TestBroker.topics(1);
  private final List<ControlScope> kept = new CopyOnWriteArrayList<>();
  private final List<ControlScope> given = new CopyOnWriteArrayList<>();

  private final ControlSource.Listener listener =
      new ControlSource.Listener() {
        @Override
        public void kept(List<ControlCommand> commands) {
          commands.forEach(command -> kept.add(command.scope()));
        }

        @Override
        public void given(List<ControlCommand> commands) {
          commands.forEach(command -> given.add(command.scope()));
        }
      };

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void tells_the_commands_of_before_its_start_from_those_given_since() throws Exception {
    var feed = new ControlFeed(vertx, TestBroker.kafka(), topics);
    try (var publisher = new ControlPublisher(TestBroker.kafka(), topics)) {
      publisher.publish(Action.CANCEL, List.of(HOST));
      feed.start(listener).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(kept).containsExactly(HOST);

      publisher.publish(Action.CANCEL, List.of(ALL));
      await().until(() -> given.equals(List.of(ALL)));
      assertThat(kept).containsExactly(HOST);
    } finally {
      feed.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }
}
