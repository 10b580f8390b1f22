package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.SourceRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JobDecoderTest {
  private static final String URL = "\"url\":\"https://h/f\"";
  private static final String LIMITS =
      "must keep to the limits: 65536 characters a string, 1024 a name, 64 a number, 8 levels";
  private final JobDecoder decoder = new JobDecoder();

  private static final DownloadJob FULL =
      new DownloadJob(
          new JobId("zoom-9f2c"),
          SourceUrl.parse("https://h/r.mp4?sig=1"),
          List.of(SourceUrl.parse("https://m/r.mp4")),
          new Target("2026/weekly.mp4"),
          "archive",
          OptionalLong.of(73400320),
          Checksum.parse("crc32c:0123abcd"),
          Map.of("Accept", "video/mp4"),
          "zoom-main",
          IfExists.REPLACE,
          7,
          "team-a",
          Instant.parse("2026-11-23T02:00:00Z"),
          Instant.parse("2026-11-24T00:00:00Z"),
          OptionalInt.of(5),
          Map.of("meeting", "123 \ud83d\ude80"));

  @Test
  void reads_every_field() {
    String value =
        """
        {"id": "zoom-9f2c", "url": "https://h/r.mp4?sig=1", "mirrors": ["https://m/r.mp4"],
         "target": "2026/weekly.mp4", "store": "archive", "size": 73400320,
         "checksum": "crc32c:0123ABCD", "headers": {"Accept": "video/mp4"},
         "credentials": "zoom-main", "ifExists": "replace", "priority": 7, "tenant": "team-a",
         "notBefore": "2026-11-23T02:00:00Z", "deadline": "2026-11-24T00:00:00Z",
         "maxAttempts": 5, "labels": {"meeting": "123 \\ud83d\\ude80"}}
        """;
    SourceRecord source = record("key", value);
    assertThat(decoder.decode(source)).isEqualTo(new JobRecord.Valid(source, FULL, null));
  }

  @Test
  void reads_what_the_writer_writes() {
    assertThat(JobDecoder.parse(JobWriter.write(FULL), new JobId("x"))).isEqualTo(FULL);
    var least = job("{" + URL + "}");
    assertThat(JobDecoder.parse(JobWriter.write(least), new JobId("x"))).isEqualTo(least);
  }

  @Test
  void needs_nothing_but_a_url() {
    assertThat(job("{\"url\":\"https://Example.com/a/b.mp4?x=1\"}"))
        .isEqualTo(
            DownloadJob.of(
                new JobId("key"),
                SourceUrl.parse("https://Example.com/a/b.mp4?x=1"),
                new Target("example.com/b.mp4")));
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        // No JSON object
        arguments("", "value must be a JSON object but was empty"),
        arguments("  \n", "value must be a JSON object but was empty"),
        arguments("null", "value must be a JSON object but was null"),
        arguments("[" + URL + "]", "value must be a JSON object but was an array"),
        arguments("\"https://h/f?secret\"", "value must be a JSON object but was a string"),
        arguments("7", "value must be a JSON object but was a number"),
        arguments("true", "value must be a JSON object but was true"),
        arguments("https://h/f?secret", "value must be JSON but is not at line 1, column 1"),
        arguments("{" + URL, "value must be a whole JSON object but ends at line 1, column 21"),
        arguments(
            "{\"url\":\"http", "value must be a whole JSON object but ends at line 1, column 13"),
        arguments("{" + URL + ",}", "value must be JSON but is not at line 1, column 22"),
        arguments("{url:1}", "value must be JSON but is not at line 1, column 2"),
        arguments("{'url':1}", "value must be JSON but is not at line 1, column 2"),
        arguments("{" + URL + "} x", "value must be JSON but is not at line 1, column 23"),
        arguments("{" + URL + "}{}", "value must be one JSON object but goes on after its end"),
        arguments("{\"size\":NaN}", "value must be JSON but is not at line 1, column 12"),
        arguments("{\"size\":007}", "value must be JSON but is not at line 1, column 10"),
        arguments("{\"url\":\"a\nb\"}", "value must be JSON but is not at line 1, column 10"),
        // Fields that are not there, there twice, or unknown
        arguments("{}", "url must be there"),
        arguments("{" + URL + "," + URL + "}", "url must be there only once"),
        arguments("{\"urll\":1}", "urll is not a field of a job: did you mean url?"),
        arguments("{\"if_exists\":1}", "if_exists is not a field of a job: did you mean ifExists?"),
        arguments(
            "{\"maxattempt\":1}", "maxattempt is not a field of a job: did you mean maxAttempts?"),
        arguments("{\"password\":\"x\"}", "password is not a field of a job"),
        arguments("{\"\":1}", " is not a field of a job"),
        arguments("{\"a?secret\\n\":1}", "a… is not a field of a job"),
        arguments("{\"" + "n".repeat(500) + "\":1}", "n".repeat(64) + "… is not a field of a job"),
        arguments("{\"" + "n".repeat(2000) + "\":1}", "value " + LIMITS),
        // null and wrong types
        arguments("{\"url\":null}", "url must not be null"),
        arguments("{\"url\":1}", "url must be a string but was a number"),
        arguments("{\"url\":[\"https://h/f\"]}", "url must be a string but was an array"),
        arguments("{\"id\":7}", "id must be a string but was a number"),
        arguments("{\"id\":null}", "id must not be null"),
        arguments(
            "{\"mirrors\":\"https://h\"}", "mirrors must be an array of strings but was a string"),
        arguments("{\"mirrors\":[\"https://h/f\",null]}", "mirrors[1] must not be null"),
        arguments("{\"mirrors\":[[]]}", "mirrors[0] must be a string but was an array"),
        arguments(
            "{\"mirrors\":[\"ftp://h/f\"]}",
            "mirrors[0] must have the scheme http or https but was 'ftp'"),
        arguments("{\"target\":{}}", "target must be a string but was an object"),
        arguments("{\"size\":\"1\"}", "size must be a whole number but was a string"),
        arguments(
            "{\"size\":1.5}",
            "size must be a whole number from 0 to 9223372036854775807 but was 1.5"),
        arguments(
            "{\"size\":1e3}",
            "size must be a whole number from 0 to 9223372036854775807 but was 1e3"),
        arguments(
            "{\"size\":-1}",
            "size must be a whole number from 0 to 9223372036854775807 but was -1"),
        arguments(
            "{\"size\":9223372036854775808}",
            "size must be a whole number from 0 to 9223372036854775807 but was 9223372036854775808"),
        arguments("{\"size\":" + "9".repeat(5000) + "}", "size " + LIMITS),
        arguments("{\"size\":null}", "size must not be null"),
        arguments("{\"priority\":10}", "priority must be a whole number from 0 to 9 but was 10"),
        arguments(
            "{\"maxAttempts\":0}", "maxAttempts must be a whole number from 1 to 1000 but was 0"),
        arguments("{\"headers\":[]}", "headers must be an object of strings but was an array"),
        arguments("{\"headers\":{\"A\":1}}", "headers.A must be a string but was a number"),
        arguments("{\"labels\":{\"a\":null}}", "labels.a must not be null"),
        arguments("{\"labels\":{\"a\":\"1\",\"a\":\"2\"}}", "labels.a must be there only once"),
        arguments(
            "{\"labels\":{\"a\":\"" + "x".repeat(1025) + "\"}}",
            "labels.a must have at most 1024 characters"),
        arguments("{\"labels\":{\"a\":\"\\ud800\"}}", "labels.a must be well-formed Unicode"),
        arguments(
            "{\"labels\":" + "[".repeat(2000) + "}",
            "labels must be an object of strings but was an array"),
        arguments(
            "{\"ifExists\":\"maybe\"}", "ifExists must be skip, replace or fail but was 'maybe'"),
        arguments(
            "{\"notBefore\":\"tomorrow\"}",
            "notBefore must be a time of ISO 8601 such as 2026-11-23T02:00:00Z but was 'tomorrow'"),
        arguments("{\"deadline\":1700000000}", "deadline must be a string but was a number"),
        // Rules of the job itself
        arguments(
            "{\"url\":\"ftp://h/f\"}", "url must have the scheme http or https but was 'ftp'"),
        arguments(
            "{\"url\":\"file:///etc/passwd\"}",
            "url must have the scheme http or https but was 'file'"),
        arguments("{\"url\":\"/f\"}", "url must be absolute, with a scheme and a host"),
        arguments("{\"url\":\"https://u:p@h/f\"}", "url must not hold user info: use credentials"),
        arguments(
            "{\"url\":\"https://h/" + "x".repeat(9000) + "\"}",
            "url must have 1 to 8192 characters but was 9010"),
        arguments("{\"url\":\"https://h/" + "x".repeat(1 << 20) + "\"}", "url " + LIMITS),
        arguments(
            "{\"id\":\"a b\"," + URL + "}",
            "id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'a b'"),
        arguments(
            "{\"target\":\"../etc/passwd\"," + URL + "}",
            "target must not hold the names . or .. but was '../etc/passwd'"),
        arguments(
            "{\"target\":\"/etc/passwd\"," + URL + "}",
            "target must be relative but was '/etc/passwd'"),
        arguments(
            "{\"target\":\"C:/x\"," + URL + "}",
            "target must not start with a drive letter but was 'C:/x'"),
        arguments(
            "{\"target\":\"a\\\\b\"," + URL + "}",
            "target must not hold a backslash but was 'a\\b'"),
        arguments(
            "{\"target\":\"a\\u0000\"," + URL + "}",
            "target must not hold control characters but was 'a\\u0000'"),
        arguments(
            "{\"target\":\"a/" + "n".repeat(256) + "\"," + URL + "}",
            "target must hold names of at most 255 bytes but was 'a/" + "n".repeat(118) + "…'"),
        arguments(
            "{\"target\":\"nul.txt\"," + URL + "}",
            "target must not hold a reserved device name but was 'nul.txt'"),
        arguments("{\"target\":\"\"," + URL + "}", "target must not be empty but was ''"),
        arguments(
            "{\"headers\":{\"Host\":\"x\"}," + URL + "}", "headers.Host must not be set by a job"),
        // No message holds what must stay secret
        arguments(
            "{\"target\":\"https://u:p@h/f?secret\"," + URL + "}",
            "target must not hold an empty name but was 'https://h/f?…'"),
        arguments(
            "{\"id\":\"https://h/f?secret\"," + URL + "}",
            "id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'https://h/f?…'"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void says_what_is_wrong(String value, String message) {
    SourceRecord source = record("key", value);
    assertThat(decoder.decode(source))
        .isEqualTo(
            new JobRecord.Invalid(
                source, new JobId("key"), Failure.of(ErrorCode.BAD_JOB, message), null));
    assertThat(message).doesNotContain("secret");
  }

  @Test
  void refuses_what_is_no_utf_8() {
    byte[] broken = ("{\"id\":\"a\"," + URL + ",\"labels\":{\"a\":\"ä\"}}").getBytes(UTF_8);
    broken[broken.length - 4] = '"';
    assertThat(message(broken)).isEqualTo("value must be UTF-8");
    assertThat(message(("{" + URL + "}").getBytes(UTF_16LE)))
        .isEqualTo("value must be JSON but is not at line 1, column 3");
    assertThat(job("{" + URL + ",\"labels\":{\"a\":\"\ufffd\"}}").labels())
        .isEqualTo(Map.of("a", "\ufffd"));
  }

  @Test
  void refuses_a_record_without_a_value() {
    assertThat(decoder.decode(Events.emptySource("jobs", 7)))
        .isEqualTo(
            new JobRecord.Invalid(
                Events.emptySource("jobs", 7),
                new JobId("jobs-0-7"),
                Failure.of(ErrorCode.BAD_JOB, "value must be a JSON object but was empty"),
                null));
  }

  @Test
  void answers_whatever_the_bytes_are() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] valid = JobWriter.write(FULL);
    for (int i = 0; i < 20_000; i++) {
      byte[] value = valid.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      assertThat(decoder.decode(record("key", value))).as("seed %s", seed).isNotNull();
    }
  }

  @Test
  void tells_a_publisher_the_field_and_the_rule() {
    assertThatThrownBy(() -> JobDecoder.parse("{\"urll\":1}".getBytes(UTF_8), new JobId("x")))
        .isInstanceOf(InvalidField.class)
        .hasMessage("urll is not a field of a job: did you mean url?");
  }

  @Nested
  class The_id {
    @ParameterizedTest
    @CsvSource({
      "own, key, own",
      ", key, key",
      ", not a key, jobs-3-42",
      ", ä, jobs-3-42",
      ", '', jobs-3-42",
    })
    void is_the_jobs_own_else_the_key_else_the_place(String own, String key, String id) {
      String value = own == null ? "{" + URL + "}" : "{\"id\":\"" + own + "\"," + URL + "}";
      assertThat(decoder.decode(record(key, value)).id()).isEqualTo(new JobId(id));
    }

    @Test
    void of_a_broken_job_is_read_even_behind_the_fault() {
      String value = "{\"urll\":{\"deep\":[1,{}]},\"labels\":{\"a\":[{}]},\"id\":\"own\"}";
      assertThat(decoder.decode(record("key", value)).id()).isEqualTo(new JobId("own"));
      assertThat(decoder.decode(record("key", value + "}")).id()).isEqualTo(new JobId("own"));
    }

    @Test
    void of_a_long_topic_name_is_its_end() {
      var position = new Position(new Partition("t".repeat(249), 3), 42);
      assertThat(JobDecoder.idOf(position)).isEqualTo(new JobId("t".repeat(123) + "-3-42"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, true",
    "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00, true",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, false",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01, false",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01, false",
    "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01, false",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331, false",
    "'', false",
  })
  void a_trace_has_the_shape_of_w3c(String header, boolean valid) {
    var source =
        new SourceRecord(
            new Position(new Partition("jobs", 3), 42),
            Events.ACCEPTED,
            new byte[0],
            ("{" + URL + "}").getBytes(UTF_8),
            List.of(new SourceRecord.Header("traceparent", header.getBytes(UTF_8))));
    assertThat(decoder.decode(source).traceparent()).isEqualTo(valid ? header : null);
  }

  private DownloadJob job(String value) {
    JobRecord record = decoder.decode(record("key", value));
    assertThat(record).isInstanceOf(JobRecord.Valid.class);
    return ((JobRecord.Valid) record).job();
  }

  private String message(byte[] value) {
    return ((JobRecord.Invalid) decoder.decode(record("key", value))).failure().message();
  }

  private static SourceRecord record(String key, String value) {
    return record(key, value.getBytes(UTF_8));
  }

  private static SourceRecord record(String key, byte[] value) {
    return new SourceRecord(
        new Position(new Partition("jobs", 3), 42),
        Events.ACCEPTED,
        key.getBytes(UTF_8),
        value,
        List.of());
  }
}
