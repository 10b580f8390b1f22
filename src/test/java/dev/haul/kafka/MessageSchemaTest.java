package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.ErrorCode;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.messages.MessageSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the schemas of what comes in to what the worker takes and refuses. */
class MessageSchemaTest {
  private static final MessageSchema JOB = MessageSchema.of("job");
  private static final MessageSchema CONTROL = MessageSchema.of("control");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, List<String>> TAKEN =
      Map.ofEntries(
          Map.entry("id", texts("a", "zoom:9_f-2.c", "x".repeat(128))),
          Map.entry(
              "url",
              texts(
                  "https://h/f",
                  "HTTP://H:8080/f?a=b&c=[d]#part",
                  "http://h",
                  "http://h?q",
                  "http://h:/f",
                  "http://h:65535/f",
                  "http://h:080/f",
                  "http://my_bucket.host/f",
                  "http://[::1]:80/f",
                  "http://bücher.example/ä",
                  "http://h/a b{c}|%20",
                  "https://h/" + "x".repeat(8182))),
          Map.entry("mirrors", List.of("[]", "[\"http://h/f\"]", mirrors(16))),
          Map.entry(
              "target",
              texts(
                  "f",
                  "2026/11/weekly.mp4",
                  ".hidden/..f/f..",
                  "a:b/c".replace("a:b", "ab:c"),
                  ".haulage/f",
                  "a/.haul",
                  "console/nul1",
                  "com0/lpt10.txt",
                  "ä ö/日本",
                  "n".repeat(255),
                  ("n".repeat(127) + "/").repeat(7) + "n".repeat(127))),
          Map.entry("store", texts("s", "x".repeat(128))),
          Map.entry("size", List.of("0", "1", "9223372036854775807")),
          Map.entry(
              "checksum",
              texts(
                  "crc32c:0123ABCD",
                  "md5:" + "0".repeat(32),
                  "sha1:" + "f".repeat(40),
                  "sha256:" + "F".repeat(64),
                  "sha512:" + "a".repeat(128))),
          Map.entry(
              "headers",
              List.of(
                  "{}",
                  "{\"Accept\":\"video/mp4\",\"X-A\":\"\"}",
                  "{\"Hosts\":\"tab\\tä\",\"te-st\":\"x\"}",
                  object(64, "v"),
                  "{\"a\":\"" + "v".repeat(4096) + "\"}")),
          Map.entry("credentials", texts("zoom-main")),
          Map.entry("ifExists", texts("skip", "replace", "fail")),
          Map.entry("priority", List.of("0", "9")),
          Map.entry("tenant", texts("team a", "ä")),
          Map.entry(
              "notBefore",
              texts(
                  "2026-11-23T02:00:00Z",
                  "2026-11-23T02:00:00.123456789Z",
                  "2026-11-23t02:00:00z",
                  "2026-11-23T02:00:00+01:00",
                  "2024-02-29T00:00:00Z")),
          Map.entry("deadline", texts("2026-11-24T00:00:00Z")),
          Map.entry("maxAttempts", List.of("1", "1000")),
          Map.entry(
              "labels",
              List.of(
                  "{}",
                  "{\"\":\"\",\"a b\":\"" + "v".repeat(1024) + "\"}",
                  object(64, "v"),
                  "{\"" + "n".repeat(128) + "\":\"v\"}")));

  private static final Map<String, List<String>> REFUSED =
      Map.ofEntries(
          Map.entry("id", texts("", "a b", "ä", "a/b", "a\\n", "x".repeat(129))),
          Map.entry(
              "url",
              texts(
                  "",
                  "/f",
                  "h/f",
                  "ftp://h/f",
                  "file:///etc/passwd",
                  "http:///f",
                  "http://u:p@h/f",
                  "http://u@h/f",
                  "http://-h/f",
                  "http://h:0/f",
                  "http://h:65536/f",
                  "http://h:0000080/f",
                  "http://h:x/f",
                  "http://h /f",
                  "http://h\\\\f",
                  "http://h/f%",
                  "http://h/f%2x",
                  "http://h/f?%g0",
                  "http://h/f#a#b",
                  "http://h/f\\n",
                  "http://h/\\u0000",
                  "https://h/" + "x".repeat(8183))),
          Map.entry(
              "mirrors",
              List.of("\"http://h/f\"", "{}", "[null]", "[[]]", "[\"ftp://h\"]", mirrors(17))),
          Map.entry(
              "target",
              texts(
                  "",
                  "/f",
                  "f/",
                  "a//b",
                  ".",
                  "..",
                  "../f",
                  "a/../b",
                  "a/./b",
                  "a/..",
                  "C:/x",
                  "c:x",
                  "a\\\\b",
                  "a\\u0000",
                  "a\\n",
                  "a\\u0085",
                  "nul",
                  "NUL.txt",
                  "a/con/b",
                  "a/Com1",
                  "lpt9.tar.gz",
                  ".haul",
                  ".HAUL/f",
                  "n".repeat(256),
                  ("n".repeat(127) + "/").repeat(8) + "n")),
          Map.entry("store", texts("", "x".repeat(129))),
          Map.entry("size", List.of("-1", "1.5", "9223372036854775808", "\"1\"", "true")),
          Map.entry(
              "checksum",
              texts(
                  "",
                  "0123abcd",
                  "crc32:0123abcd",
                  "SHA1:" + "f".repeat(40),
                  "md5:" + "0".repeat(31),
                  "md5:" + "g".repeat(32),
                  "sha256:" + "0".repeat(65))),
          Map.entry(
              "headers",
              List.of(
                  "[]",
                  "{\"A\":1}",
                  "{\"A\":null}",
                  "{\"Host\":\"h\"}",
                  "{\"RANGE\":\"bytes=0-\"}",
                  "{\"If-Range\":\"x\"}",
                  "{\"te\":\"x\"}",
                  "{\"a b\":\"x\"}",
                  "{\"\":\"x\"}",
                  "{\"A\":\"x\\r\\nB: y\"}",
                  "{\"A\":\"日\"}",
                  object(65, "v"),
                  "{\"a\":\"" + "v".repeat(4097) + "\"}")),
          Map.entry("credentials", texts("", "x".repeat(129))),
          Map.entry("ifExists", texts("", "SKIP", "overwrite")),
          Map.entry("priority", List.of("-1", "10", "\"5\"")),
          Map.entry("tenant", texts("", "x".repeat(129))),
          Map.entry(
              "notBefore",
              texts(
                  "",
                  "tomorrow",
                  "2026-11-23",
                  "2026-11-23T02:00Z",
                  "2026-11-23T02:00:00",
                  "2026-11-23 02:00:00Z",
                  "2026-02-30T02:00:00Z",
                  "2026-11-23T25:00:00Z",
                  "2026-11-23T02:00:00.1234567890Z")),
          Map.entry("deadline", List.of("1700000000", "\"never\"")),
          Map.entry("maxAttempts", List.of("0", "1001", "null")),
          Map.entry(
              "labels",
              List.of(
                  "[]",
                  "{\"a\":1}",
                  "{\"a\":{}}",
                  object(65, "v"),
                  "{\"" + "n".repeat(129) + "\":\"v\"}",
                  "{\"a\":\"" + "v".repeat(1025) + "\"}")),
          Map.entry("unknown", texts("x")),
          Map.entry("URL", texts("https://h/f")));

  static Stream<Arguments> fields() {
    return Stream.of(rows(TAKEN, true), rows(REFUSED, false), wrongTypes()).flatMap(each -> each);
  }

  private static Stream<Arguments> rows(Map<String, List<String>> values, boolean taken) {
    return values.entrySet().stream()
        .flatMap(field ->
            field.getValue().stream().map(value -> arguments(field.getKey(), value, taken)));
  }

  private static Stream<Arguments> wrongTypes() {
    return Stream.of(JobField.values())
        .flatMap(field ->
            Stream.of("null", "[{}]", "{\"a\":{}}", "false", "1.5")
                .map(value -> arguments(field.wireName(), value, false)));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void worker_and_schema_agree_about_each_field(String field, String value, boolean taken) {
    String job = job(Map.of(field, value));
    assertThat(refusal(job).isEmpty()).as("the worker: %s", refusal(job)).isEqualTo(taken);
    assertThat(faults(JOB, job).isEmpty()).as("the schema: %s", faults(JOB, job)).isEqualTo(taken);
  }

  @Test
  void worker_and_schema_agree_about_jobs_of_many_fields() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    List<String> names = TAKEN.keySet().stream().sorted().toList();
    for (int i = 0; i < 3_000; i++) {
      var fields = new java.util.TreeMap<String, String>();
      for (String name : names) {
        // Which of the two comes first is for the worker to see.
        if (random.nextInt(3) == 0 && !(name.equals("deadline") && fields.size() > 0)) {
          var values = (random.nextInt(12) == 0 ? REFUSED : TAKEN).get(name);
          fields.put(name, values.get(random.nextInt(values.size())));
        }
      }
      if (fields.containsKey("notBefore")) {
        fields.remove("deadline");
      }
      String job = job(fields);
      assertThat(faults(JOB, job).isEmpty())
          .as("seed %s: %s, %s", seed, job, refusal(job))
          .isEqualTo(refusal(job).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"https://h/f\"",
        "{\"mirrors\":[\"http://h/f\"]}",
      })
  void worker_and_schema_refuse_what_is_no_job(String value) {
    assertThat(refusal(value)).isNotEmpty();
    assertThat(faults(JOB, value)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"url\":\"http://h/f\",\"url\":\"http://h/f\"}",
        "{\"url\":\"http://h/f\",\"size\":1.0}",
        "{\"url\":\"http://h/f\",\"size\":1e3}",
        "{\"url\":\"http://h/f\",\"notBefore\":\"2026-11-24T00:00:00Z\",\"deadline\":\"2026-11-24T00:00:00Z\"}",
        "{\"url\":\"http://h/f\",\"labels\":{\"a\":\"\\ud800\"}}",
        "{\"url\":\"http://[1:2]/f\"}",
      })
  void what_only_the_worker_can_see(String job) {
    assertThat(faults(JOB, job)).isEmpty();
    assertThat(refusal(job)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"action\":\"cancel\",\"jobId\":\"zoom:1\"}",
        "{\"host\":\"Origin.Test\",\"action\":\"pause\"}",
        "{\"action\":\"pause\",\"host\":\"[::1]\"}",
        "{\"action\":\"pause\",\"host\":\"bücher.example\"}",
        "{\"action\":\"resume\",\"worker\":\"w1\"}",
        "{\"action\":\"cancel\",\"all\":true}",
      })
  void worker_and_schema_take_commands(String command) {
    assertThat(refusalOfCommand(command)).isEmpty();
    assertThat(faults(CONTROL, command)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"action\":\"pause\"}",
        "{\"host\":\"a\"}",
        "{\"action\":\"PAUSE\",\"all\":true}",
        "{\"action\":7,\"all\":true}",
        "{\"action\":\"pause\",\"all\":false}",
        "{\"action\":\"pause\",\"all\":\"true\"}",
        "{\"action\":\"pause\",\"host\":[]}",
        "{\"action\":\"pause\",\"host\":\"\"}",
        "{\"action\":\"pause\",\"host\":\"a:80\"}",
        "{\"action\":\"pause\",\"host\":\"http://a\"}",
        "{\"action\":\"pause\",\"host\":\"a/b\"}",
        "{\"action\":\"pause\",\"host\":\"u@a\"}",
        "{\"action\":\"pause\",\"jobId\":\"a b\"}",
        "{\"action\":\"pause\",\"worker\":\"a/b\"}",
        "{\"action\":\"pause\",\"host\":\"a\",\"all\":true}",
        "{\"action\":\"pause\",\"host\":\"a\",\"why\":\"b\"}",
        "{\"all\":true,\"host\":\"a\"}",
      })
  void worker_and_schema_refuse_what_is_no_command(String command) {
    assertThat(refusalOfCommand(command)).isNotEmpty();
    assertThat(faults(CONTROL, command)).isNotEmpty();
  }

  @Test
  void what_commands_write_fits() {
    for (Action action : Action.values()) {
      for (ControlScope scope :
          List.of(
              new ControlScope.Job(new JobId("a")),
              new ControlScope.Host("a.example"),
              new ControlScope.Worker("w"),
              new ControlScope.All())) {
        assertThat(faults(CONTROL, new String(ControlJson.write(action, scope), UTF_8))).isEmpty();
      }
    }
  }

  @Test
  void the_fields_and_codes_are_those_of_the_program() throws IOException {
    assertThat(names(at("job", "/properties")))
        .isEqualTo(
            Stream.of(JobField.values())
                .map(JobField::wireName)
                .collect(Collectors.toCollection(TreeSet::new)));
    var codes =
        Stream.of(ErrorCode.values())
            .map(ErrorCode::wireName)
            .collect(Collectors.toCollection(TreeSet::new));
    for (JsonNode list :
        List.of(
            at("completion", "/properties/error/properties/code/enum"),
            at("completion", "/$defs/attempt/properties/code/enum"),
            at("state", "/properties/error/properties/code/enum"),
            at("dead.headers", "/properties/haul-error-code/enum"))) {
      var told = new TreeSet<String>();
      list.forEach(code -> told.add(code.textValue()));
      assertThat(told).isEqualTo(codes);
    }
  }

  @Test
  void the_job_of_the_page_fits() throws IOException {
    Matcher block =
        Pattern.compile("^## A job$.*?^```json\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/messages.md")));
    assertThat(block.find()).isTrue();
    assertThat(faults(JOB, block.group(1))).isEmpty();
    assertThat(refusal(block.group(1))).isEmpty();
  }

  private static JsonNode at(String schema, String pointer) throws IOException {
    JsonNode found =
        JSON.readTree(Path.of("docs/messages", schema + ".schema.json").toFile()).at(pointer);
    assertThat(found.isMissingNode()).as(schema + pointer).isFalse();
    return found;
  }

  private static java.util.Set<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String job(Map<String, String> fields) {
    List<String> texts = new ArrayList<>();
    if (!fields.containsKey("url")) {
      texts.add("\"url\":\"https://h/f\"");
    }
    fields.forEach((name, value) -> texts.add("\"" + name + "\":" + value));
    return "{" + String.join(",", texts) + "}";
  }

  private static String refusal(String job) {
    try {
      JobDecoder.parse(job.getBytes(UTF_8), new JobId("x"));
      return "";
    } catch (InvalidField e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String refusalOfCommand(String command) {
    try {
      ControlJson.read(command.getBytes(UTF_8), Instant.EPOCH);
      return "";
    } catch (InvalidField e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<String> faults(MessageSchema schema, String message) {
    try {
      return schema.faults(JSON.readTree(message));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(message, e);
    }
  }

  private static List<String> texts(String... texts) {
    return Stream.of(texts).map(text -> "\"" + text + "\"").toList();
  }

  private static String mirrors(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"http://h/" + i + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String object(int entries, String value) {
    return IntStream.range(0, entries)
        .mapToObj(i -> "\"k" + i + "\":\"" + value + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }
}
