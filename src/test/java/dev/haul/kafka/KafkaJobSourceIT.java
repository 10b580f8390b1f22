package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.JobRecord;
import dev.haul.policy.Commit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaJobSourceIT {
  private final Vertx vertx = Vertx.vertx();
  private final List<Member> members = new ArrayList<>();

  @AfterEach
  void everybodyLeaves() {
    members.forEach(Member::leave);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void reads_each_record_in_order_from_the_beginning() {
    TopicSettings topics = TestBroker.topics(1);
    String topic = topics.jobs().getFirst().topic();
    TestTopic.writeJobs(topic, 1, 1200);

    Member member = join(TestBroker.kafka(), topics);

    var partition = new Partition(topic, 0);
    eventually().until(() -> member.received.size() >= 1200);
    List<Position> all = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      all.add(new Position(partition, i));
    }
    assertThat(member.positions()).isEqualTo(all);
    assertThat(member.received).allMatch(JobRecord.Valid.class::isInstance);
    assertThat(member.assigned).isEqualTo(Map.of(partition, new Commit(0, "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void each_of_two_members_gets_as_many_partitions_of_each_topic(String protocol) {
    TopicSettings one = TestBroker.topics(4);
    TopicSettings other = TestBroker.topics(4);
    var topics =
        new TopicSettings(
            List.of(one.jobs().getFirst(), other.jobs().getFirst()),
            one.control(),
            one.progress(),
            one.states(),
            one.completions(),
            one.dead());
    KafkaSettings kafka = TestBroker.kafka(Map.of("group.protocol", protocol));
    Member first = join(kafka, topics);
    eventually().until(() -> first.assigned.size() == 8);
    Member second = join(kafka, topics);
    eventually()
        .untilAsserted(() -> {
          assertThat(perTopic(first)).isEqualTo(Map.of(topic(one), 2L, topic(other), 2L));
          assertThat(perTopic(second)).isEqualTo(Map.of(topic(one), 2L, topic(other), 2L));
        });
  }

  private static String topic(TopicSettings topics) {
    return topics.jobs().getFirst().topic();
  }

  private static Map<String, Long> perTopic(Member member) {
    return member.assigned.keySet().stream()
        .collect(Collectors.groupingBy(Partition::topic, Collectors.counting()));
  }

  @Test
  void goes_on_at_a_commit_and_is_told_its_metadata() {
    TopicSettings topics = TestBroker.topics(1);
    var kafka = withoutTransactions();
    var partition = new Partition(topics.jobs().getFirst().topic(), 0);
    TestTopic.writeJobs(partition.topic(), 1, 10);
    var commit = new Commit(7, "x".repeat(4096));
    Member first = Member.join(vertx, kafka, topics);
    eventually().until(() -> first.received.size() == 10);
    first.call(source -> source.commit(Map.of(partition, commit)));
    first.leaveWithoutCommit();

    Member second = join(kafka, topics);

    eventually().until(() -> second.received.size() == 3);
    assertThat(second.assigned).isEqualTo(Map.of(partition, commit));
    assertThat(second.positions().getFirst()).isEqualTo(new Position(partition, 7));
  }

  @Test
  void a_paused_partition_delivers_nothing_and_the_other_goes_on() {
    TopicSettings topics = TestBroker.topics(2);
    String topic = topics.jobs().getFirst().topic();
    var paused = new Partition(topic, 0);
    var open = new Partition(topic, 1);
    var foreign = new Partition(topic, 99);
    Member member = join(withoutTransactions(), topics);
    eventually().until(() -> member.assigned.size() == 2);
    member.call(source -> {
      source.pause(Set.of(paused, foreign));
      return behindPolls(source, open);
    });

    for (int i = 0; i < 4; i++) {
      long read = 500L * (i + 1);
      TestTopic.writeJobs(topic, 2, 1000);
      eventually()
          .untilAsserted(() -> assertThat(perPartition(member)).isEqualTo(Map.of(open, read)));
    }
    assertThat(member.positions()).allMatch(position -> position.partition().equals(open));
    assertThat(member.revoked).isEmpty();

    member.call(source -> {
      source.resume(Set.of(paused, foreign));
      return Future.succeededFuture();
    });
    eventually().until(() -> member.received.size() == 4000);
    assertThat(member.lost).isEmpty();
  }

  /** A member that stops polling is evicted after max.poll.interval.ms, whatever it transfers. */
  @Test
  void polls_on_while_all_its_partitions_are_paused() {
    TopicSettings topics = TestBroker.topics(2);
    String topic = topics.jobs().getFirst().topic();
    Member member = join(withoutTransactions(), topics);
    eventually().until(() -> member.assigned.size() == 2);
    Set<Partition> all = Set.copyOf(member.assigned.keySet());
    member.call(source -> {
      source.pause(all);
      return behindPolls(source, all.iterator().next());
    });

    // Only a poll looks at the backlog.
    for (int i = 1; i <= 2; i++) {
      long written = 1000L * i;
      TestTopic.writeJobs(topic, 2, 1000);
      eventually().until(() -> backlog(member) == written);
    }
    assertThat(member.received).isEmpty();
    assertThat(member.lost).isEmpty();
  }

  /** Ends when the polling thread has done all that was asked of it before; commits nothing new. */
  private static Future<Void> behindPolls(KafkaJobSource source, Partition partition) {
    return source.commit(Map.of(partition, new Commit(0, "")));
  }

  private static Map<Partition, Long> perPartition(Member member) {
    return member.positions().stream()
        .collect(Collectors.groupingBy(Position::partition, Collectors.counting()));
  }

  private static long backlog(Member member) {
    return member.call(source -> Future.succeededFuture(source.backlog()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void no_record_is_read_twice_when_members_come_and_go(String protocol) {
    TopicSettings topics = TestBroker.topics(6);
    String topic = topics.jobs().getFirst().topic();
    KafkaSettings kafka = TestBroker.kafka(Map.of("group.protocol", protocol));
    Member first = join(kafka, topics);
    eventually().until(() -> first.assigned.size() == 6);
    TestTopic.writeJobs(topic, 6, 3000);
    eventually().until(() -> !first.received.isEmpty());

    Member second = join(kafka, topics);
    TestTopic.writeJobs(topic, 6, 3000);
    eventually().until(() -> first.assigned.size() == 3 && second.assigned.size() == 3);
    TestTopic.writeJobs(topic, 6, 3000);
    second.leave();
    members.remove(second);
    eventually().until(() -> first.assigned.size() == 6);

    eventually().until(() -> first.received.size() + second.received.size() >= 9000);
    List<Position> all = new ArrayList<>(first.positions());
    all.addAll(second.positions());
    assertThat(all).doesNotHaveDuplicates().hasSize(9000);
  }

  @Test
  void says_when_it_is_closed() {
    var kafka = withoutTransactions();
    Member member = Member.join(vertx, kafka, TestBroker.topics(1));
    eventually().until(() -> member.assigned.size() == 1);

    member.leave();
    member.leave();

    var commit = Map.of(new Partition("jobs", 0), new Commit(1, ""));
    assertThatThrownBy(() -> member.call(source -> source.commit(commit)))
        .hasRootCauseMessage("the job source is closed");
  }

  private static KafkaSettings withoutTransactions() {
    return new KafkaSettings(
        TestBroker.bootstrapServers(),
        TestBroker.fresh("group"),
        GroupProtocol.AUTO,
        null,
        false,
        Map.of());
  }

  /** Soon, also on a machine that does much else. */
  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private Member join(KafkaSettings kafka, TopicSettings topics) {
    Member member = Member.join(vertx, kafka, topics);
    members.add(member);
    return member;
  }
}
