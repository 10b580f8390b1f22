package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.policy.Commit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are no jobs: each has its end and its dead letter, and the partition goes on. */
class BadJobsIT {
  private static final int PARTITIONS = 2;
  private static final String URL = "\"url\":\"http://127.0.0.1/f\"";

  @TempDir Path store;

  /** A record and the field that its end must name. */
  private record Bad(String field, byte[] value) {
    static Bad of(String field, String value) {
      return new Bad(field, value.getBytes(UTF_8));
    }

    static Bad target(String target) {
      return of("target", "{" + URL + ",\"target\":\"" + target + "\"}");
    }

    static Bad field(String field, String value) {
      return of(field, "{" + URL + ",\"" + field + "\":" + value + "}");
    }
  }

  private static List<Bad> badRecords() {
    String megabyte = "{" + URL + ",\"target\":\"" + "x".repeat(1 << 20) + "\"}";
    return Stream.concat(notJobs(megabyte.substring(0, 1 << 20)), badFields()).toList();
  }

  private static Stream<Bad> notJobs(String megabyte) {
    return Stream.of(
        new Bad("value", null),
        new Bad("value", new byte[0]),
        new Bad("value", new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', '}'}),
        Bad.of("value", "not json"),
        Bad.of("value", "{" + URL),
        Bad.of("value", "{" + URL + "}{}"),
        Bad.of("value", "[]"),
        Bad.of("value", "null"),
        Bad.of("value", "7"),
        Bad.of("value", "[".repeat(100_000)),
        Bad.of("target", megabyte),
        new Bad("value", new byte[1 << 20]));
  }

  private static Stream<Bad> badFields() {
    return Stream.of(
        Bad.of("url", "{}"),
        Bad.of("url", "{\"id\":\"named\"}"),
        Bad.of("url", "{\"url\":7}"),
        Bad.of("url", "{\"url\":null}"),
        Bad.of("url", "{\"url\":\"\"}"),
        Bad.of("url", "{\"url\":\"ftp://127.0.0.1/f\"}"),
        Bad.of("url", "{\"url\":\"file:///etc/passwd\"}"),
        Bad.of("url", "{\"url\":\"http://user:secret@127.0.0.1/f\"}"),
        Bad.of("url", "{" + URL + "," + URL + "}"),
        Bad.field("surprise", "1"),
        Bad.field("id", "\"not an id\""),
        Bad.field("size", "\"7\""),
        Bad.field("size", "-1"),
        Bad.field("size", "1.5"),
        Bad.field("checksum", "\"sha256:00\""),
        Bad.field("checksum", "\"sha3:00\""),
        Bad.field("headers", "[]"),
        Bad.field("priority", "10"),
        Bad.field("deadline", "\"tomorrow\""),
        Bad.field("ifExists", "\"maybe\""),
        Bad.field("labels", "{\"a\":1}"),
        Bad.field("maxAttempts", "0"),
        Bad.of("mirrors[0]", "{" + URL + ",\"mirrors\":[\"gopher://127.0.0.1/\"]}"),
        Bad.field("store", "\"elsewhere\""),
        Bad.target(""),
        Bad.target("../f"),
        Bad.target("a/../../f"),
        Bad.target("a/./f"),
        Bad.target("a//f"),
        Bad.target("/etc/passwd"),
        Bad.target("C:/f"),
        Bad.target("c:f"),
        Bad.target("a\\\\f"),
        Bad.target("a\\u0000f"),
        Bad.target("a\\nf"),
        Bad.target("x".repeat(256)),
        Bad.target("ü".repeat(128)),
        Bad.target("x/".repeat(600) + "x"),
        Bad.target("a/CON"),
        Bad.target("nul.txt"),
        Bad.target(".haul/parts/f"),
        Bad.target("\\ud800"));
  }

  @Test
  void each_bad_record_ends_once_and_the_good_ones_among_them_complete() {
    List<Bad> bad = badRecords();
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader dead = cluster.read(cluster.topics.dead())) {
      List<ProducerRecord<byte[], byte[]>> sent = send(cluster, origin, bad);
      try (Worker _ = TestCluster.start(cluster.settings(store, origin))) {
        Map<Integer, Commit> ends = cluster.ends();
        eventually().until(() -> cluster.committed().equals(ends));
      }
      assertThat(completions.records()).hasSize(2 * bad.size());
      assertThat(dead.records()).hasSize(bad.size());
      var all = new SoftAssertions();
      for (int i = 0; i < bad.size(); i++) {
        String id = id(i, bad.get(i));
        checkEnd(all, bad.get(i), completions.of(id));
        checkLetter(all, sent.get(2 * i), bad.get(i), dead.records("bad-" + i));
        JsonNode good = completions.of("good-" + i).getFirst();
        all.assertThat(good.path("outcome").textValue()).isEqualTo("completed");
      }
      all.assertAll();
      var files = new StoredFiles(store);
      assertThat(files.names()).hasSize(bad.size());
      assertThat(files.wrong()).isEmpty();
    }
  }

  /** A good job behind each bad one, in the same partition. */
  private static List<ProducerRecord<byte[], byte[]>> send(
      TestCluster cluster, TestOrigin origin, List<Bad> bad) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < bad.size(); i++) {
      List<Header> headers =
          List.of(
              new RecordHeader("tenant", new byte[] {(byte) 0xff, 0, 1}),
              new RecordHeader("nothing", null),
              new RecordHeader("tenant", new byte[0]),
              new RecordHeader("haul-attempts", "77".getBytes(UTF_8)));
      int partition = i % PARTITIONS;
      records.add(
          new ProducerRecord<>(
              cluster.jobs(),
              partition,
              ("bad-" + i).getBytes(UTF_8),
              bad.get(i).value(),
              headers));
      String good =
          "{\"id\":\"good-%d\",\"url\":\"%s\",\"target\":\"good-%d\"}"
              .formatted(i, origin.url("/good-" + i), i);
      records.add(new ProducerRecord<>(cluster.jobs(), partition, null, good.getBytes(UTF_8)));
    }
    cluster.send(records);
    return records;
  }

  /** The key names a record that does not name itself. */
  private static String id(int index, Bad bad) {
    boolean named = bad.value() != null && new String(bad.value(), UTF_8).contains("\"named\"");
    return named ? "named" : "bad-" + index;
  }

  private static void checkEnd(SoftAssertions all, Bad bad, List<JsonNode> ends) {
    all.assertThat(ends).as("ends of %s", shown(bad)).hasSize(1);
    for (JsonNode end : ends) {
      all.assertThat(end.path("outcome").textValue()).isEqualTo("failed");
      all.assertThat(end.path("error").path("code").textValue())
          .as("code of %s", shown(bad))
          .isEqualTo("bad-job");
      all.assertThat(end.path("error").path("message").textValue())
          .as("message of %s", shown(bad))
          .startsWith(bad.field())
          .doesNotContain("secret");
      all.assertThat(end.path("error").path("retryable").booleanValue()).isFalse();
      all.assertThat(end.path("attempts").intValue()).isZero();
    }
  }

  private static void checkLetter(
      SoftAssertions all,
      ProducerRecord<byte[], byte[]> original,
      Bad bad,
      List<ConsumerRecord<byte[], byte[]>> letters) {
    all.assertThat(letters).as("letters of %s", shown(bad)).hasSize(1);
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      all.assertThat(letter.value()).as("value of %s", shown(bad)).isEqualTo(original.value());
      List<Header> headers = List.of(letter.headers().toArray());
      all.assertThat(headers.subList(0, 3))
          .isEqualTo(List.of(original.headers().toArray()).subList(0, 3));
      all.assertThat(headers.subList(3, headers.size()).stream().map(Header::key))
          .containsExactly(
              "haul-error-code",
              "haul-error-message",
              "haul-attempts",
              "haul-topic",
              "haul-partition",
              "haul-offset",
              "haul-timestamp");
      Map<String, String> texts = TopicReader.headers(letter);
      all.assertThat(texts)
          .containsEntry("haul-error-code", "bad-job")
          .containsEntry("haul-attempts", "0")
          .containsEntry("haul-topic", original.topic())
          .containsEntry("haul-partition", "" + original.partition());
      all.assertThat(texts.get("haul-error-message")).startsWith(bad.field());
    }
  }

  private static String shown(Bad bad) {
    String text = bad.value() == null ? "null" : new String(bad.value(), UTF_8);
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
