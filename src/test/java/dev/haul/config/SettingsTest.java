package dev.haul.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.haul.fetch.CredentialSettings;
import dev.haul.kafka.Lane;
import dev.haul.policy.Adaptive;
import dev.haul.policy.Allowance;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.Media;
import dev.haul.policy.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  @Nested
  class Nothing_said {
    @Test
    void means_the_defaults() {
      Settings settings = Settings.load(null, Map.of("PATH", "/bin"), Map.of());

      assertThat(settings)
          .usingRecursiveComparison()
          .ignoringFields("worker")
          .isEqualTo(Settings.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "kafka:\n", "kafka:\n  group-id:\n", "{}"})
    void in_a_file_means_the_defaults_too(String yaml) throws IOException {
      assertThat(yaml(yaml).kafka()).isEqualTo(Settings.defaults().kafka());
    }

    @Test
    void leaves_a_file_in_the_working_folder_alone() throws IOException {
      Files.writeString(folder.resolve("haul.yaml"), "kafka.group-id: other");

      assertThat(Settings.load(null, Map.of(), Map.of()).kafka().groupId()).isEqualTo("haul");
    }
  }

  @Nested
  class A_yaml_file {
    @Test
    void sets_what_it_names_and_nothing_else() throws IOException {
      Settings settings =
          yaml(
              """
              kafka:
                bootstrap-servers: kafka-1:9092,kafka-2:9092
                properties:
                  security.protocol: SASL_SSL
                  sasl:
                    mechanism: PLAIN
                  ssl.endpoint.identification.algorithm: ""
              topics:
                jobs: [fast=3, slow]
              stores:
                default: {root: /data/files}
                archive: {root: /data/archive}
              dispatch:
                adaptive: goodput
                hosts: [files.internal=requests:5/s|bytes:20MiB/s, '*=concurrent:8']
                bandwidth: [08:00-18:00=20MiB/s, unlimited]
                patience: 2h
                max-per-credential: 4
              fetch:
                allow-networks:
                  - 10.0.0.0/8
                  - files.internal
                allow-ports: [8080, 8443]
                max-bytes: 10GiB
                read-timeout: 1m
                tls-trust: /etc/ca.pem
              fetch.fast-path: false
              """);

      assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka-1:9092,kafka-2:9092");
      assertThat(settings.kafka().groupId()).isEqualTo("haul");
      assertThat(settings.kafka().properties())
          .isEqualTo(
              Map.of(
                  "security.protocol", "SASL_SSL",
                  "sasl.mechanism", "PLAIN",
                  "ssl.endpoint.identification.algorithm", ""));
      assertThat(settings.topics().jobs())
          .isEqualTo(List.of(new Lane("fast", 3), new Lane("slow", 1)));
      assertThat(root(settings, "default")).isEqualTo(Path.of("/data/files"));
      assertThat(root(settings, "archive")).isEqualTo(Path.of("/data/archive"));
      assertThat(settings.stores()).containsOnlyKeys("default", "archive");
      assertThat(settings.dispatch())
          .isEqualTo(
              new DispatchSettings(
                  64,
                  32,
                  4,
                  Adaptive.GOODPUT,
                  List.of(new Quota("files.internal", 0, 5, 20 << 20), new Quota("*", 8, 0, 0)),
                  List.of(
                      new Allowance(LocalTime.of(8, 0), LocalTime.of(18, 0), 20 << 20),
                      new Allowance(null, null, 0)),
                  Duration.ofHours(2)));
      assertThat(settings.fetch().allowNetworks())
          .isEqualTo(List.of("10.0.0.0/8", "files.internal"));
      assertThat(settings.fetch().allowPorts()).isEqualTo(List.of(8080, 8443));
      assertThat(settings.fetch().maxBytes()).isEqualTo(10L << 30);
      assertThat(settings.fetch().readTimeout()).isEqualTo(Duration.ofMinutes(1));
      assertThat(settings.fetch().tlsTrust()).isEqualTo(Path.of("/etc/ca.pem"));
      assertThat(settings.fetch().fastPath()).isFalse();
    }

    @Test
    void keeps_texts_that_look_like_numbers_as_they_are() throws IOException {
      assertThat(yaml("kafka: {group-id: 007, properties: {a: 1_000, b: yes, c: 1.50}}").kafka())
          .satisfies(kafka -> {
            assertThat(kafka.groupId()).isEqualTo("007");
            assertThat(kafka.properties()).isEqualTo(Map.of("a", "1_000", "b", "yes", "c", "1.50"));
          });
    }
  }

  @Nested
  class A_properties_file {
    @Test
    void sets_the_same_keys() throws IOException {
      Settings settings =
          Settings.load(
              file(
                  "haul.properties",
                  """
                  # a comment that ends in a backslash \\
                  kafka.bootstrap-servers = kafka-1:9092,\\
                      kafka-2:9092
                  topics.jobs=fast=3, slow
                  kafka.properties.sasl.mechanism=PLAIN
                  fetch.allow-ports=
                  """),
              Map.of(),
              Map.of());

      assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka-1:9092,kafka-2:9092");
      assertThat(settings.topics().jobs())
          .isEqualTo(List.of(new Lane("fast", 3), new Lane("slow", 1)));
      assertThat(settings.kafka().properties()).isEqualTo(Map.of("sasl.mechanism", "PLAIN"));
      assertThat(settings.fetch().allowPorts()).isEmpty();
    }

    @Test
    void tells_the_line_of_a_wrong_key() throws IOException {
      Path file = file("haul.properties", "kafka.group-id=\\\n  a\n\nkafka.group=b\n");

      assertThat(problems(file, Map.of(), Map.of()))
          .isEqualTo(
              "kafka.group is not a setting (%s line 4); did you mean kafka.group-id?"
                  .formatted(file));
    }
  }

  @Nested
  class The_environment {
    @ParameterizedTest
    @CsvSource({
      "HAUL_KAFKA_PROPERTIES_SASL_MECHANISM, sasl.mechanism",
      "HAUL_KAFKA_PROPERTIES_RACK,           rack"
    })
    void names_kafka_properties_with_underscores_for_dots(String variable, String property) {
      assertThat(Settings.load(null, Map.of(variable, "x"), Map.of()).kafka().properties())
          .isEqualTo(Map.of(property, "x"));
    }

    @Test
    void names_stores() {
      Settings settings =
          Settings.load(
              null,
              Map.of("HAUL_STORES_DEFAULT_ROOT", "/a", "HAUL_STORES_COLD_DISK_ROOT", "/b"),
              Map.of());

      assertThat(root(settings, "default")).isEqualTo(Path.of("/a"));
      assertThat(root(settings, "cold-disk")).isEqualTo(Path.of("/b"));
    }

    @Test
    void follows_the_spelling_of_names_in_the_file() throws IOException {
      Path file = file("haul.yaml", "stores: {Cold_Disk: {root: /a}}");

      assertThat(Settings.load(file, Map.of("HAUL_STORES_COLD_DISK_ROOT", "/b"), Map.of()).stores())
          .containsOnlyKeys("default", "Cold_Disk")
          .hasEntrySatisfying("Cold_Disk", s -> assertThat(s.root()).isEqualTo(Path.of("/b")));
    }

    @Test
    void gives_lists_by_comma_and_empty_lists() {
      Settings settings =
          Settings.load(
              null,
              Map.of("HAUL_FETCH_ALLOW_PORTS", "8080, 8443", "HAUL_FETCH_ALLOW_NETWORKS", ""),
              Map.of());

      assertThat(settings.fetch().allowPorts()).isEqualTo(List.of(8080, 8443));
      assertThat(settings.fetch().allowNetworks()).isEmpty();
    }

    @Test
    void names_the_file() throws IOException {
      Path file = file("haul.yaml", "worker.id: one");

      assertThat(Settings.load(null, Map.of("HAUL_CONFIG", file.toString()), Map.of()).worker())
          .isEqualTo(new WorkerSettings("one"));
    }

    @Test
    void may_hold_variables_of_the_launcher_and_of_kubernetes_services_called_haul() {
      var environment =
          Map.of(
              "HAUL_HOME", "/opt/haul",
              "HAUL_JVM_OPTS", "-Xmx1g",
              "HAUL_CONFIG", "",
              "HAUL_SERVICE_HOST", "10.0.0.1",
              "HAUL_SERVICE_PORT_ADMIN", "8080",
              "HAUL_PORT", "tcp://10.0.0.1:8080",
              "HAUL_PORT_8080_TCP_ADDR", "10.0.0.1",
              "HAUL_ADMIN_PORT", "tcp://10.0.0.1:8080",
              "HAUL_ADMIN_SERVICE_HOST", "10.0.0.1");

      assertThat(Settings.load(null, environment, Map.of()).admin())
          .isEqualTo(Settings.defaults().admin());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, haul",
    "true,  false, false, file",
    "true,  true,  false, environment",
    "true,  true,  true,  flag",
    "false, true,  false, environment",
    "true,  false, true,  flag",
    "false, true,  true,  flag"
  })
  void flags_win_over_the_environment_which_wins_over_the_file(
      boolean inFile, boolean inEnvironment, boolean inFlags, String expected) throws IOException {
    Settings settings =
        Settings.load(
            inFile ? file("haul.yaml", "kafka.group-id: file") : null,
            inEnvironment ? Map.of("HAUL_KAFKA_GROUP_ID", "environment") : Map.of(),
            inFlags ? Map.of("kafka.group-id", "flag") : Map.of());

    assertThat(settings.kafka().groupId()).isEqualTo(expected);
  }

  @Nested
  class A_wrong_file {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "fetch: {max-byte: 1}       | fetch.max-byte is not a setting (FILE line 1); did you mean fetch.max-bytes?",
          "fetch: {maxBytes: 1}       | fetch.maxBytes is not a setting (FILE line 1); did you mean fetch.max-bytes?",
          "max-bytes: 1               | max-bytes is not a setting (FILE line 1); did you mean intake.max-bytes?",
          "stores: {a: {rot: /x}}     | stores.a.rot is not a setting (FILE line 1); did you mean stores.a.root?",
          "kafka: {property: {a: b}}  | kafka.property.a is not a setting (FILE line 1); did you mean kafka.properties.a?",
          "gibberish: 1               | gibberish is not a setting (FILE line 1)",
          "fetch: 10MiB               | fetch is a section (FILE line 1): give a key such as fetch.connect-timeout",
          "fetch.max-bytes: {a: 1}    | fetch.max-bytes.a is not a setting (FILE line 1); did you mean fetch.max-bytes?",
          "fetch.max-bytes: big       | fetch.max-bytes must be a size such as 64KiB, 10MiB, 1GiB, 5MB or 1048576 but was 'big' (FILE line 1)",
          "shutdown.grace: PT-5S      | shutdown.grace must not be negative but was PT-5S (FILE line 1)",
          "fetch.read-timeout: 10     | fetch.read-timeout must be a duration such as 500ms, 10s, 5m, 2h, 1d or PT1H30M but was '10' (FILE line 1)",
          "fetch.allow-ports: [80, x] | fetch.allow-ports must be a whole number but was [\"80\",\"x\"] (FILE line 1)",
          "fetch.allow-ports: [[80]]  | FILE line 1 must hold lists of plain values only, unlike fetch.allow-ports",
          "fetch.fast-path: yes       | fetch.fast-path must be true or false but was 'yes' (FILE line 1)",
          "stores.a.fsync: yes        | stores.a.fsync must be batch or file or none but was 'yes' (FILE line 1)",
          "stores.a.writers: 0        | stores.a.writers must be from 1 to 64 but was 0 (FILE line 1)",
          "stores.a.reserve: -1       | stores.a.reserve must be a size such as 64KiB, 10MiB, 1GiB, 5MB or 1048576 but was '-1' (FILE line 1)",
          "admin.port: 65536          | admin.port must be from 0 to 65535 but was 65536 (FILE line 1)",
          "admin.port: ''             | admin.port must be a whole number but was '' (FILE line 1)",
          "admin.host: [a, b]         | admin.host must be one value but was [\"a\",\"b\"] (FILE line 1)",
          "topics.jobs: a=b           | topics.jobs must be name or name=weight but was 'a=b' (FILE line 1)",
          "worker.id: a b             | worker.id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'a b' (FILE line 1)",
          "stores: {a: {fsync: none}} | stores.a.root must not be the root of another store but was 'haul-data/files'",
          "{admin: {port: 1}, admin.port: 2} | admin.port is given twice (FILE line 1)",
          "{worker.id: &x a, kafka.group-id: *x} | FILE line 1 must not hold aliases, as kafka.group-id does",
          "[admin]                    | FILE line 1 must hold keys and values"
        })
    void is_refused_with_key_value_rule_and_line(String yaml, String message) throws IOException {
      Path file = file("haul.yaml", yaml);

      assertThat(problems(file, Map.of(), Map.of()))
          .isEqualTo(message.replace("FILE", file.toString()));
    }

    @Test
    void tells_everything_at_once() throws IOException {
      Path file = file("haul.yaml", "admin:\n  port: x\n  hots: a\n\nshutdown:\n  grace: PT-5S\n");

      assertThat(problems(file, Map.of("HAUL_ADMIN_PORTS", "1"), Map.of("worker.id", "a b")))
          .isEqualTo(
              """
              5 problems:
                admin.port must be a whole number but was 'x' (FILE line 2)
                admin.hots is not a setting (FILE line 3); did you mean admin.host?
                HAUL_ADMIN_PORTS is not a setting (environment); did you mean HAUL_ADMIN_PORT?
                worker.id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'a b' (command line)
                shutdown.grace must not be negative but was PT-5S (FILE line 6)\
              """
                  .replace("FILE", file.toString()));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "a: b: c      | haul.yaml line 1 is not YAML: mapping values are not allowed here",
          "'a: 1\na: 2' | haul.yaml line 2 is not YAML: Duplicate field 'a'",
          "'a: 1\n--- {}' | haul.yaml line 2 must hold one document"
        })
    void that_is_no_yaml_is_refused_with_the_line(String yaml, String message) throws IOException {
      assertThat(problems(file("haul.yaml", yaml), Map.of(), Map.of()))
          .isEqualTo(folder.resolve(message).toString());
    }

    @Test
    void that_is_not_there_is_named() {
      Path file = folder.resolve("no.yaml");

      assertThat(problems(file, Map.of(), Map.of())).isEqualTo(file + " does not exist");
    }

    @Test
    void of_another_kind_is_refused() throws IOException {
      Path file = file("haul.toml", "");

      assertThat(problems(file, Map.of(), Map.of()))
          .isEqualTo(file + " must end in .yaml, .yml or .properties");
    }
  }

  @Nested
  class A_wrong_variable {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "HAUL_ADMIN_PORT=-1      | admin.port must be from 0 to 65535 but was -1 (environment variable HAUL_ADMIN_PORT)",
          "HAUL_FETCH_MAX_BITES=0 | HAUL_FETCH_MAX_BITES is not a setting (environment); did you mean HAUL_FETCH_MAX_BYTES?",
          "HAUL_STORES_ROOT=/x    | HAUL_STORES_ROOT is not a setting (environment)",
          "HAUL_GIBBERISH=1       | HAUL_GIBBERISH is not a setting (environment)"
        })
    void is_refused_by_its_name(String assignment, String message) {
      String[] parts = assignment.split("=", 2);

      assertThat(problems(null, Map.of(parts[0], parts[1]), Map.of())).isEqualTo(message);
    }
  }

  @Nested
  class A_secret {
    private static final String SECRET = "hunter2";

    @Test
    void is_in_no_message_about_a_broken_file() throws IOException {
      Path file = file("haul.yaml", "kafka.properties:\n  sasl.jaas.config: x: " + SECRET + "\n");

      assertThat(problems(file, Map.of(), Map.of()))
          .isEqualTo(file + " line 2 is not YAML: mapping values are not allowed here");
    }

    @Test
    void is_in_no_message_about_a_wrong_value() throws IOException {
      Path file = file("haul.yaml", "kafka.properties: {ssl.key.password: [" + SECRET + "]}");

      assertThat(problems(file, Map.of(), Map.of()))
          .isEqualTo(
              "kafka.properties.ssl.key.password has a value that is refused (%s line 1)"
                  .formatted(file));
    }

    @Test
    void is_not_printed_with_the_settings() {
      var environment = Map.of("HAUL_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", SECRET);

      assertThat(Settings.load(null, environment, Map.of()).toString()).doesNotContain(SECRET);
    }
  }

  @Nested
  class An_entry_that_has_no_default {
    @Test
    void is_made_of_what_is_said() throws IOException {
      Settings settings =
          yaml(
              """
              credentials:
                zoom:
                  kind: bearer
                  secret-file: /run/secrets/zoom
                  origins: [https://zoom.us, "https://files.zoom.us:8443"]
              """);

      assertThat(settings.credentials())
          .isEqualTo(
              Map.of(
                  "zoom",
                  new CredentialSettings(
                      CredentialSettings.Kind.BEARER,
                      null,
                      null,
                      Path.of("/run/secrets/zoom"),
                      null,
                      List.of("https://zoom.us", "https://files.zoom.us:8443"),
                      List.of())));
    }

    @Test
    void may_come_from_the_environment_and_flags() {
      var environment =
          Map.of(
              "HAUL_CREDENTIALS_MY_ZOOM_KIND", "basic",
              "HAUL_CREDENTIALS_MY_ZOOM_USER", "me",
              "HAUL_CREDENTIALS_MY_ZOOM_SECRET_ENV", "ZOOM_PASSWORD");
      var flags =
          Map.of(
              "credentials.my-zoom.origins", "https://zoom.us",
              "credentials.my-zoom.content-types", "video/*, text/vtt");

      assertThat(Settings.load(null, environment, flags).credentials().get("my-zoom"))
          .isEqualTo(
              new CredentialSettings(
                  CredentialSettings.Kind.BASIC,
                  "me",
                  null,
                  null,
                  "ZOOM_PASSWORD",
                  List.of("https://zoom.us"),
                  List.of(Media.parse("video/*"), Media.parse("text/vtt"))));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{origins: [https://h]} | credentials.zoom.kind must be basic, bearer, header or zoom",
          "{kind: bearer, secret-env: T} | credentials.zoom.origins must name at least one origin",
          "{kind: bearer, token: hunter2} | credentials.zoom.token is not a setting (FILE line 1)",
          "{kind: bearer, secret-env: hunter-2, origins: [https://h]} | credentials.zoom.secret-env must name an environment variable that does not begin with HAUL_ (FILE line 1)"
        })
    void is_refused_by_the_key_that_is_wrong_and_shows_no_secret(String entry, String message)
        throws IOException {
      Path file = file("haul.yaml", "credentials: {zoom: " + entry + "}");

      assertThat(problems(file, Map.of(), Map.of()))
          .contains(message.replace("FILE", file.toString()))
          .doesNotContain("hunter");
    }
  }

  private Settings yaml(String text) throws IOException {
    return Settings.load(file("haul.yaml", text), Map.of(), Map.of());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Path root(Settings settings, String store) {
    return Objects.requireNonNull(settings.stores().get(store)).root();
  }

  private static String problems(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    return String.valueOf(
        catchThrowableOfType(
                ConfigurationException.class, () -> Settings.load(file, environment, flags))
            .getMessage());
  }
}
