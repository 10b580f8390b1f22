package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ControlScope;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Target;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventEncoderTest {
  private static final EventEncoder ENCODER =
      new EventEncoder("haul 7d/ä", TopicSettings.DEFAULTS, new Random(1));

  @Nested
  class The_value {
    @Test
    void of_progress() {
      assertThat(value(ENCODER.progress(Events.progress("a"))))
          .isEqualTo(
              """
              {"jobId":"a","attempt":2,"bytes":333,"totalBytes":1000,"percent":33.3,\
              "bytesPerSecond":67,"etaSeconds":11,"worker":"haul 7d/ä","at":"2026-11-23T02:00:05.123Z"}\
              """);
    }

    @Test
    void of_progress_leaves_out_what_is_unknown() {
      var unknown =
          new JobEvent.Progress(
              new JobId("a"),
              1,
              0,
              OptionalLong.empty(),
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              Events.ENDED,
              null);
      assertThat(value(ENCODER.progress(unknown)))
          .isEqualTo(
              """
              {"jobId":"a","attempt":1,"bytes":0,"worker":"haul 7d/ä","at":"2026-11-23T02:00:05.123Z"}\
              """);
    }

    @Test
    void of_an_empty_file_is_all_there() {
      var empty =
          new JobEvent.Progress(
              new JobId("a"),
              1,
              0,
              OptionalLong.of(0),
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              Events.ENDED,
              null);
      assertThat(value(ENCODER.progress(empty))).contains("\"totalBytes\":0,\"percent\":100.0");
    }

    @Test
    void of_a_waiting_job() {
      var waiting =
          new JobEvent.StateChanged(
              new JobId("a"),
              JobState.WAITING,
              "origin.test",
              new Target("a.mp4"),
              3,
              Events.ENDED,
              null,
              Events.NOT_FOUND,
              Events.STARTED,
              null);
      assertThat(value(ENCODER.state(waiting)))
          .isEqualTo(
              """
              {"jobId":"a","state":"waiting","host":"origin.test","target":"a.mp4","attempt":3,"until":"2026-11-23T02:00:05.123Z",\
              "error":{"code":"http-status","status":404,"message":"server answered 404","retryable":false},\
              "worker":"haul 7d/ä","at":"2026-11-23T02:00:01.500Z"}\
              """);
    }

    @Test
    void of_a_paused_job() {
      var paused =
          new JobEvent.StateChanged(
              new JobId("a"),
              JobState.WAITING,
              "origin.test",
              new Target("a.mp4"),
              0,
              null,
              new ControlScope.Host("origin.test"),
              null,
              Events.STARTED,
              null);
      assertThat(value(ENCODER.state(paused)))
          .isEqualTo(
              """
              {"jobId":"a","state":"waiting","host":"origin.test","target":"a.mp4","attempt":0,"paused":"host origin.test",\
              "worker":"haul 7d/ä","at":"2026-11-23T02:00:01.500Z"}\
              """);
    }

    @Test
    void of_a_completed_job() {
      assertThat(value(ENCODER.ended(Events.settlement(Events.completed("a")))))
          .isEqualTo(
              """
              {"jobId":"a","outcome":"completed","store":"default","target":"a.mp4",\
              "location":"file:///data/a.mp4","bytes":73400320,\
              "checksum":"md5:0123456789abcdef0123456789abcdef","contentType":"video/mp4","etag":"\\"e1\\"",\
              "attempts":2,"bytesTransferred":80740352,\
              "history":[{"attempt":1,"startedAt":"2026-11-23T02:00:01.500Z","endedAt":"2026-11-23T02:00:01.500Z",\
              "host":"origin.test","code":"dns","message":"no such host","bytes":0,"worker":"w0"},\
              {"attempt":2,"startedAt":"2026-11-23T02:00:01.500Z","endedAt":"2026-11-23T02:00:05.123Z",\
              "host":"mirror.test","bytes":80740352,"worker":"w1"}],\
              "acceptedAt":"2026-11-23T02:00:00Z",\
              "startedAt":"2026-11-23T02:00:01.500Z","finishedAt":"2026-11-23T02:00:05.123Z",\
              "elapsedMillis":5123,"worker":"haul 7d/ä","labels":{"meeting":"123"}}\
              """);
    }

    @Test
    void of_a_failed_job() {
      var failed = Events.failed("a", Failure.of(ErrorCode.BAD_JOB, "url must be there"));
      assertThat(value(ENCODER.ended(Events.settlement(failed))))
          .isEqualTo(
              """
              {"jobId":"a","outcome":"failed","attempts":0,"bytesTransferred":0,\
              "acceptedAt":"2026-11-23T02:00:00Z","finishedAt":"2026-11-23T02:00:05.123Z",\
              "elapsedMillis":5123,"worker":"haul 7d/ä",\
              "error":{"code":"bad-job","message":"url must be there","retryable":false}}\
              """);
    }

    @Test
    void of_a_final_state() {
      assertThat(value(ENCODER.finalState(Events.completed("a"))))
          .isEqualTo(
              """
              {"jobId":"a","state":"completed","target":"a.mp4","attempt":2,"worker":"haul 7d/ä","at":"2026-11-23T02:00:05.123Z"}\
              """);
    }

    @Test
    void never_fails_for_broken_or_endless_text() {
      var failed = Events.failed("a", Failure.of(ErrorCode.BAD_JOB, "\ud83d" + "x".repeat(9999)));
      assertThat(value(ENCODER.ended(Events.settlement(failed))))
          .contains("\"message\":\"?" + "x".repeat(1023) + "…\"");
    }
  }

  static Stream<ProducerRecord<byte[], byte[]>> records() {
    return Stream.of(
        ENCODER.progress(Events.progress("job:1")),
        ENCODER.state(Events.state("job:1", JobState.RUNNING)),
        ENCODER.finalState(Events.completed("job:1")),
        ENCODER.ended(Events.settlement(Events.completed("job:1"))),
        ENCODER.ended(Events.settlement(Events.failed("job:1", Events.NOT_FOUND))));
  }

  /** CloudEvents 1.0.2 §3 and its Kafka binding §3.2: the rules for a record in binary mode. */
  @ParameterizedTest
  @MethodSource("records")
  void every_record_is_a_cloud_event_in_binary_mode(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = headers(record);
    Set<String> names = new HashSet<>(headers.keySet());
    names.remove("traceparent");
    assertThat(names)
        .containsExactlyInAnyOrder(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "content-type");
    assertThat(headers)
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_source", "/haul/haul%207d/%C3%A4")
        .containsEntry("ce_subject", "job:1")
        .containsEntry("content-type", "application/json");
    assertThat(headers.get("ce_id")).isNotEmpty();
    assertThat(headers.get("ce_type"))
        .matches("dev\\.haul\\.job\\.(progress|state|completed|failed|cancelled)\\.v1");
    assertThat(OffsetDateTime.parse(headers.get("ce_time")).getOffset()).isNotNull();
    assertThat(new String(record.key(), UTF_8)).isEqualTo("job:1");
  }

  @Test
  void the_type_tells_the_topic_and_the_outcome() {
    assertThat(records().map(r -> r.topic() + " " + headers(r).get("ce_type")).toList())
        .isEqualTo(
            List.of(
                "haul.progress dev.haul.job.progress.v1",
                "haul.states dev.haul.job.state.v1",
                "haul.states dev.haul.job.state.v1",
                "haul.completions dev.haul.job.completed.v1",
                "haul.completions dev.haul.job.failed.v1"));
  }

  @Test
  void ids_are_unique_and_an_end_is_named_by_its_record() {
    assertThat(
            Stream.of(1, 2, 3)
                .map(i -> headers(ENCODER.progress(Events.progress("a"))).get("ce_id")))
        .doesNotHaveDuplicates();
    assertThat(headers(ENCODER.ended(Events.settlement(Events.completed("a")))))
        .containsEntry("ce_id", "jobs-0-42");
  }

  @Test
  void the_trace_goes_on() {
    assertThat(headers(ENCODER.progress(Events.progress("a"))))
        .containsEntry("traceparent", Events.TRACE);
  }

  private static String value(ProducerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      assertThat(headers.put(header.key(), new String(header.value(), UTF_8))).isNull();
    }
    return headers;
  }
}
