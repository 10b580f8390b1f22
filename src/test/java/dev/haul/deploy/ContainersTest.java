package dev.haul.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.haul.config.Settings;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the Dockerfile and the compose file to the program and to each other. */
class ContainersTest {
  private static final Path FOLDER = Path.of("docker");
  private static final Settings DEFAULTS = Settings.defaults();

  private static String dockerfile() throws IOException {
    return Files.readString(FOLDER.resolve("Dockerfile"));
  }

  /** What follows an instruction, with continued lines joined; the last one counts. */
  private static String last(String instruction) throws IOException {
    List<MatchResult> found =
        Pattern.compile("^" + instruction + " (.*)$", Pattern.MULTILINE)
            .matcher(dockerfile().replace("\\\n", ""))
            .results()
            .toList();
    assertThat(found).as(instruction).isNotEmpty();
    return found.getLast().group(1);
  }

  private static JsonNode compose() throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve("compose.yaml").toFile());
  }

  @Test
  void the_image_runs_the_program_itself_and_as_nobody_in_particular() throws Exception {
    assertThat(last("ENTRYPOINT")).isEqualTo("[\"/opt/haul/haul\"]");
    assertThat(last("USER")).matches("[1-9]\\d*:[1-9]\\d*");
    var pod = Manifests.of("base").one(StatefulSet.class).getSpec().getTemplate().getSpec();
    assertThat(last("USER"))
        .isEqualTo(
            pod.getSecurityContext().getRunAsUser()
                + ":"
                + pod.getSecurityContext().getRunAsGroup());
    assertThat(last("VOLUME"))
        .isEqualTo(pod.getContainers().getFirst().getVolumeMounts().getFirst().getMountPath());
  }

  @Test
  void ports_are_those_of_the_program() throws IOException {
    String port = "" + DEFAULTS.admin().port();
    assertThat(last("EXPOSE")).isEqualTo(port);
    assertThat(Files.readString(FOLDER.resolve("healthy")))
        .contains("HAUL_ADMIN_PORT:-" + port, "/health/ready");
    assertThat(compose().at("/services/worker/ports/0").textValue()).endsWith(":" + port);
    JsonNode scraped =
        new YAMLMapper().readTree(FOLDER.resolve("prometheus/prometheus.yml").toFile());
    assertThat(scraped.findValue("port").asText()).isEqualTo(port);
  }

  @Test
  void variables_are_settings() throws IOException {
    Map<String, String> environment = new HashMap<>();
    Pattern.compile("(HAUL_[A-Z_]+)=(\\S+)")
        .matcher(last("ENV"))
        .results()
        .forEach(each -> environment.put(each.group(1), each.group(2)));
    compose()
        .at("/services/worker/environment")
        .properties()
        .forEach(each -> environment.put(each.getKey(), each.getValue().textValue()));

    Settings settings = Settings.load(null, environment, Map.of());

    assertThat(settings.stores().get("default").root()).isEqualTo(Path.of(last("VOLUME")));
    assertThat(settings.admin().host()).isEqualTo("0.0.0.0");
    assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka:19092");
  }

  @Test
  void the_grace_of_a_container_is_that_of_the_worker_and_what_comes_after() throws IOException {
    assertThat(compose().at("/services/worker/stop_grace_period").textValue())
        .isEqualTo(DEFAULTS.shutdown().grace().toSeconds() + 15 + "s");
  }

  @Test
  void a_worker_has_no_more_rights_than_it_needs_and_there_are_two() throws IOException {
    JsonNode worker = compose().at("/services/worker");
    assertThat(worker.path("read_only").booleanValue()).isTrue();
    assertThat(worker.at("/cap_drop/0").textValue()).isEqualTo("ALL");
    assertThat(worker.at("/security_opt/0").textValue()).isEqualTo("no-new-privileges:true");
    assertThat(worker.at("/deploy/replicas").intValue()).isEqualTo(2);
  }

  @Test
  void nothing_listens_beyond_this_machine() throws IOException {
    List<String> ports = new ArrayList<>();
    compose()
        .path("services")
        .forEach(service -> service.path("ports").forEach(port -> ports.add(port.textValue())));
    assertThat(ports).hasSize(4).allMatch(port -> port.startsWith("127.0.0.1:"));
  }

  @Test
  void what_the_image_copies_goes_to_the_builder() throws IOException {
    List<String> sent = Files.readAllLines(Path.of(".dockerignore"));
    Pattern.compile("^COPY (?!--)(.*) \\S+$", Pattern.MULTILINE)
        .matcher(dockerfile())
        .results()
        .flatMap(copy -> List.of(copy.group(1).split(" ", -1)).stream())
        .forEach(file -> {
          assertThat(Path.of(file)).exists();
          assertThat(sent).contains("!" + file);
        });
  }
}
