package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.Attempt;
import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.History;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.Membership;
import dev.haul.pipeline.Settlement;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Events and records that tests use. */
final class Events {
  static final Instant ACCEPTED = Instant.parse("2026-11-23T02:00:00Z");
  static final Instant STARTED = Instant.parse("2026-11-23T02:00:01.5Z");
  static final Instant ENDED = Instant.parse("2026-11-23T02:00:05.123Z");
  static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  static final Failure NOT_FOUND =
      new Failure(ErrorCode.HTTP_STATUS, "server answered 404", false, OptionalInt.of(404), null);

  private Events() {}

  static JobEvent.Progress progress(String id) {
    return new JobEvent.Progress(
        new JobId(id),
        2,
        333,
        OptionalLong.of(1000),
        OptionalDouble.of(66.6),
        OptionalDouble.of(10.01),
        ENDED,
        TRACE);
  }

  static JobEvent.StateChanged state(String id, JobState state) {
    return new JobEvent.StateChanged(
        new JobId(id),
        state,
        "origin.test",
        new Target("a.mp4"),
        1,
        null,
        null,
        null,
        STARTED,
        null);
  }

  static JobEvent.Ended completed(String id) {
    var file =
        new StoredFile(
            "file:///data/a.mp4",
            73400320,
            new Checksum(Checksum.Algorithm.MD5, "0123456789abcdef0123456789abcdef"),
            "video/mp4",
            "\"e1\"");
    return new JobEvent.Ended(
        new JobId(id),
        Outcome.COMPLETED,
        "default",
        new Target("a.mp4"),
        file,
        null,
        2,
        80740352,
        new History(
            List.of(
                new Attempt(
                    1, STARTED, STARTED, "origin.test", ErrorCode.DNS, "no such host", 0, "w0"),
                new Attempt(2, STARTED, ENDED, "mirror.test", null, null, 80740352, "w1"))),
        null,
        ACCEPTED,
        STARTED,
        ENDED,
        Map.of("meeting", "123"),
        TRACE);
  }

  static JobEvent.Ended failed(String id, Failure failure) {
    return new JobEvent.Ended(
        new JobId(id),
        Outcome.FAILED,
        null,
        null,
        null,
        failure,
        0,
        0,
        ACCEPTED,
        null,
        ENDED,
        Map.of(),
        null);
  }

  static SourceRecord source(String topic, long offset, byte[] value) {
    return new SourceRecord(
        new Position(new Partition(topic, 0), offset),
        ACCEPTED,
        "key".getBytes(UTF_8),
        value,
        List.of(
            new SourceRecord.Header("haul-error-code", "dns".getBytes(UTF_8)),
            new SourceRecord.Header("own", new byte[] {0, -1, 7})));
  }

  /** Neither key nor value. NullAway does not see in a class file that arrays may be null. */
  @SuppressWarnings("NullAway")
  static SourceRecord emptySource(String topic, long offset) {
    return new SourceRecord(
        new Position(new Partition(topic, 0), offset), ACCEPTED, null, null, List.of());
  }

  static Settlement.Ended settlement(JobEvent.Ended event) {
    return new Settlement.Ended(event, source("jobs", 42, "{}".getBytes(UTF_8)));
  }

  /** A batch that commits for a topic that exists, in a group of nobody. */
  static Batch batch(TopicSettings topics, Settlement... settlements) {
    return new Batch(List.of(), List.of(settlements), commits(topics), nobody());
  }

  static Batch states(TopicSettings topics, JobEvent.StateChanged... states) {
    return new Batch(List.of(states), List.of(), commits(topics), nobody());
  }

  private static Map<Partition, Commit> commits(TopicSettings topics) {
    return Map.of(new Partition(topics.jobs().getFirst().topic(), 0), new Commit(43, ""));
  }

  /** Kafka takes offsets from anybody for a group that has no members. */
  @SuppressWarnings("removal")
  private static Membership nobody() {
    return new GroupMembership(new ConsumerGroupMetadata(TestBroker.fresh("nobody")));
  }
}
