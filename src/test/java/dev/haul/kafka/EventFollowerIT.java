package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class EventFollowerIT {
  private static final JobNews PROGRESS =
      new JobNews.Progress(
          new JobId("b"),
          2,
          333,
          OptionalLong.of(1000),
          OptionalDouble.of(67),
          OptionalDouble.of(11),
          "worker",
          Events.ENDED);
  private static final JobNews RUNNING =
      new JobNews.State(
          new JobId("b"),
          JobState.RUNNING,
          "origin.test",
          "a.mp4",
          1,
          null,
          null,
          null,
          null,
          "worker",
          Events.STARTED);
  private static final JobNews.Ended FAILED =
      new JobNews.Ended(
          new JobId("a"),
          Outcome.FAILED,
          null,
          null,
          OptionalLong.empty(),
          0,
          5123,
          "http-status",
          "server answered 404",
          "worker",
          Events.ENDED);

  private final KafkaSettings kafka = TestBroker.kafka();
  private final TopicSettings topics = TestBroker.topics(1);

  @Test
  void hears_what_happens_from_its_start_on_and_can_look_back() {
    var sink = new KafkaEventSink(kafka, topics, "worker", new Random(1));
    finish(
        sink.publish(
            Events.batch(topics, Events.settlement(Events.failed("a", Events.NOT_FOUND)))));
    TestTopic.write(
        List.of(new ProducerRecord<>(topics.completions(), "not of Haul".getBytes(UTF_8))));

    try (EventFollower follower = EventFollower.fromNow(kafka, topics)) {
      sink.progress(Events.progress("b"));
      finish(sink.publish(Events.states(topics, Events.state("b", JobState.RUNNING))));
      finish(sink.close());

      List<JobNews> heard = new ArrayList<>();
      while (heard.size() < 2) {
        heard.addAll(follower.poll(Duration.ofSeconds(30)));
      }
      assertThat(heard).containsExactlyInAnyOrder(PROGRESS, RUNNING);
      assertThat(follower.ended(Set.of(new JobId("a"), new JobId("b"))))
          .isEqualTo(Map.of(new JobId("a"), FAILED));
    }

    try (EventFollower follower = EventFollower.fromBeginning(kafka, topics)) {
      List<JobNews> heard = new ArrayList<>();
      while (heard.size() < 4) {
        heard.addAll(follower.poll(Duration.ofSeconds(30)));
      }
      assertThat(heard).contains(FAILED, PROGRESS, RUNNING);
    }
  }

  private static void finish(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
