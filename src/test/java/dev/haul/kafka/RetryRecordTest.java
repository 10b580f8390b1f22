package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.Carried;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class RetryRecordTest {
  private static final Position PLACE = new Position(new Partition("haul.retry.1m", 3), 7);
  private static final Carried CARRIED =
      new Carried(
          Events.ACCEPTED,
          Events.STARTED,
          2,
          80740352,
          Events.completed("a").history(),
          Instant.parse("2026-11-23T09:00:00Z"),
          Instant.parse("2026-11-23T08:00:00.001Z"),
          null);

  private static SourceRecord published(byte[] key, String value) {
    return new SourceRecord(
        new Position(new Partition("jobs", 0), 42),
        Events.ACCEPTED,
        key,
        value.getBytes(UTF_8),
        List.of(
            new SourceRecord.Header("own", new byte[] {0, -1}),
            new SourceRecord.Header("traceparent", Events.TRACE.getBytes(UTF_8))));
  }

  /** The record as it is read from its topic. */
  private static SourceRecord read(ProducerRecord<byte[], byte[]> record) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    record.headers().forEach(it -> headers.add(new SourceRecord.Header(it.key(), it.value())));
    return new SourceRecord(PLACE, Instant.ofEpochSecond(1), record.key(), record.value(), headers);
  }

  private static JobRecord moved(SourceRecord source, Carried carried) {
    return RetryRecord.decode(
        read(RetryRecord.of(source, carried, "haul.retry.1m")), new JobDecoder());
  }

  @Test
  void comes_back_with_all_it_left_with() {
    SourceRecord source =
        published("key".getBytes(UTF_8), "{\"id\":\"a\",\"url\":\"https://a.test/x\"}");
    var valid = (JobRecord.Valid) moved(source, CARRIED);
    assertThat(valid.carried()).isEqualTo(CARRIED);
    assertThat(valid.id()).isEqualTo(new JobId("a"));
    assertThat(valid.traceparent()).isEqualTo(Events.TRACE);
    assertThat(valid.source())
        .usingRecursiveComparison()
        .isEqualTo(
            new SourceRecord(
                PLACE,
                source.origin(),
                source.timestamp(),
                source.key(),
                source.value(),
                source.headers()));
    assertThat(valid.source().isMoved()).isTrue();
    assertThat(source.isMoved()).isFalse();
  }

  @Test
  void keeps_its_origin_however_often_it_moves() {
    SourceRecord source = published("k".getBytes(UTF_8), "{\"url\":\"https://a.test/x\"}");
    JobRecord once = moved(source, CARRIED);
    JobRecord twice = moved(once.source(), CARRIED);
    assertThat(twice.source().origin()).isEqualTo(source.origin());
    assertThat(twice.source().headers()).usingRecursiveComparison().isEqualTo(source.headers());
  }

  @Test
  @SuppressWarnings("NullAway") // does not see in a class file that arrays may be null
  void without_an_id_and_a_key_is_named_after_where_it_was_published() {
    JobRecord record = moved(published(null, "{\"url\":\"https://a.test/x\"}"), CARRIED);
    assertThat(record.id()).isEqualTo(new JobId("jobs-0-42"));
  }

  @Test
  void that_a_worker_followed_goes_on_with_its_trace() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01";
    var followed =
        new Carried(
            Events.ACCEPTED,
            null,
            1,
            0,
            dev.haul.job.History.NONE,
            Events.ENDED,
            Events.ENDED,
            trace);
    String job = "{\"url\":\"https://a.test/x\"}";
    JobRecord record = moved(published("k".getBytes(UTF_8), job), followed);
    assertThat(record.traceparent()).isEqualTo(trace);
    assertThat(TraceParent.of(record.source().headers())).as("published").isEqualTo(Events.TRACE);
  }

  @Test
  void of_a_job_that_has_not_begun_has_no_start() {
    var fresh =
        new Carried(
            Events.ACCEPTED,
            null,
            0,
            0,
            dev.haul.job.History.NONE,
            Events.ENDED,
            Events.ENDED,
            null);
    var valid =
        (JobRecord.Valid)
            moved(published("k".getBytes(UTF_8), "{\"url\":\"https://a.test/x\"}"), fresh);
    assertThat(valid.carried()).isEqualTo(fresh);
  }

  @Test
  void that_no_worker_wrote_is_a_bad_job_in_its_own_place() {
    JobRecord record =
        RetryRecord.decode(
            new SourceRecord(
                PLACE,
                Events.ACCEPTED,
                "k".getBytes(UTF_8),
                "{\"url\":\"https://a.test/x\"}".getBytes(UTF_8),
                List.of(new SourceRecord.Header("haul-attempts", "many".getBytes(UTF_8)))),
            new JobDecoder());
    assertThat(record).isInstanceOf(JobRecord.Invalid.class);
    assertThat(((JobRecord.Invalid) record).failure().code()).isEqualTo(ErrorCode.BAD_JOB);
    assertThat(record.source().origin()).isEqualTo(PLACE);
    assertThat(record.id()).isEqualTo(new JobId("k"));
  }
}
