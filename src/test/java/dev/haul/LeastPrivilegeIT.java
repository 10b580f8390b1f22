package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.haul.RecordingAuthorizer.Right;
import dev.haul.config.Settings;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.TopicSettings;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker against a broker with TLS, passwords and ACLs, allowed what the user of the Strimzi
 * overlay is allowed and no more.
 */
class LeastPrivilegeIT {
  private static final String USER = "haul";
  private static final Path RIGHTS = Path.of("k8s/overlays/strimzi/user.yaml");

  private static final String TOKEN = "a-token-of-some-length";

  @TempDir Path folder;
  private int port;

  @Test
  void a_worker_does_all_its_work_with_the_documented_rights_and_uses_each() throws Exception {
    try (var broker = SecuredBroker.start(folder, USER);
        var origin = new TestOrigin()) {
      port = SecuredBroker.freePort();
      broker.allow(documented().stream().map(LeastPrivilegeIT::binding).toList());
      try (var topics = new Topics(new KafkaSettings(broker.servers(), "admin", broker.admin()))) {
        topics.create(WantedTopic.all(TopicSettings.DEFAULTS, 2), Optional.empty());
      }
      origin.on("/good", request -> request.response().end("all well"));
      origin.on("/gone", request -> request.response().setStatusCode(404).end());

      try (Worker worker = Worker.start(settings(broker, origin));
          var ends = new TopicReader(broker.client(), "haul.completions");
          var dead = new TopicReader(broker.client(), "haul.dead");
          var control = new TopicReader(broker.client(), "haul.control");
          var ladder = new TopicReader(broker.client(), "haul.retry.1m")) {
        assertThat(worker).isNotNull();
        String soon = Instant.now().plusSeconds(150).toString();
        publish(
            broker,
            "{\"url\":\"%s\"}".formatted(origin.url("/good")),
            "{\"url\":\"%s\"}".formatted(origin.url("/gone")),
            "{\"url\":\"%s\",\"notBefore\":\"%s\"}".formatted(origin.url("/good"), soon));
        eventually().untilAsserted(() -> assertThat(ends.records()).hasSize(2));
        eventually().untilAsserted(() -> assertThat(dead.records()).hasSize(1));
        page("GET", "fleet", null);
        page("POST", "control", "{\"action\":\"pause\",\"host\":\"nowhere.test\"}");
        eventually().untilAsserted(() -> assertThat(control.records()).hasSize(1));
        eventually().untilAsserted(() -> assertThat(ladder.records()).hasSize(1));
        eventually().untilAsserted(() -> assertThat(unused(documented())).isEmpty());
      }

      assertThat(RecordingAuthorizer.LACKED)
          .noneMatch(right -> right.user().equals(USER) && !isAskedAnyway(right));
    }
  }

  /** An idempotent producer may write when any topic may be written; both are asked in turn. */
  private static boolean isAskedAnyway(Right right) {
    return right.operation().equals("IDEMPOTENT_WRITE") || right.name().equals("hardcode");
  }

  private record Grant(
      ResourceType type, PatternType pattern, String name, AclOperation operation) {
    boolean covers(Right right) {
      return right.user().equals(USER)
          && right.type().equals(type.name())
          && right.operation().equals(operation.name())
          && (pattern == PatternType.PREFIXED
              ? right.name().startsWith(name)
              : right.name().equals(name));
    }
  }

  private static List<Grant> documented() throws IOException {
    List<Grant> grants = new ArrayList<>();
    JsonNode user = new YAMLMapper().readTree(Files.readString(RIGHTS));
    for (JsonNode acl : user.at("/spec/authorization/acls")) {
      JsonNode resource = acl.path("resource");
      for (JsonNode operation : acl.path("operations")) {
        grants.add(
            new Grant(
                ResourceType.fromString(snake(resource.path("type").asText())),
                resource.path("patternType").asText().equals("prefix")
                    ? PatternType.PREFIXED
                    : PatternType.LITERAL,
                resource.path("name").asText(),
                AclOperation.fromString(snake(operation.asText()))));
      }
    }
    return grants;
  }

  /** {@code DescribeConfigs} as Kafka writes it: {@code DESCRIBE_CONFIGS}. */
  private static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  private static AclBinding binding(Grant grant) {
    return new AclBinding(
        new ResourcePattern(grant.type, grant.name, grant.pattern),
        new AccessControlEntry("User:" + USER, "*", grant.operation, AclPermissionType.ALLOW));
  }

  /** The grants that nothing needed: each must be there for a reason. */
  private static List<Grant> unused(List<Grant> grants) {
    return grants.stream()
        .filter(grant -> RecordingAuthorizer.USED.stream().noneMatch(grant::covers))
        .toList();
  }

  private Settings settings(SecuredBroker broker, TestOrigin origin) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap-servers", broker.servers());
    broker
        .properties(USER)
        .forEach((name, value) -> settings.put("kafka.properties." + name, value));
    settings.put("stores.default.root", folder.resolve("files").toString());
    settings.put("fetch.allow-networks", "127.0.0.1/32");
    settings.put("fetch.allow-ports", "" + origin.port());
    settings.put("admin.port", "" + port);
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    settings.put("admin.token-file", token.toString());
    return Settings.load(null, Map.of(), settings);
  }

  private static void publish(SecuredBroker broker, String... jobs) {
    try (var producer =
        new KafkaProducer<>(
            broker.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String job : jobs) {
        var _ = producer.send(new ProducerRecord<>("haul.jobs", job.getBytes(UTF_8)));
      }
    }
  }

  private void page(String method, String path, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .header("Authorization", "Bearer " + TOKEN)
              .header("X-Haul-Request", "test")
              .build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isIn(200, 202);
    }
  }
}
