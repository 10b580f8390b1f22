package dev.haul.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code kubectl kustomize} makes of a folder below k8s/. */
record Manifests(List<JsonNode> all) {
  private static final ObjectMapper YAML = new YAMLMapper(new YAMLFactory());

  /** The kinds of Kubernetes itself; others belong to operators and have no model here. */
  static final Map<String, Class<?>> TYPES =
      Map.of(
          "v1/ServiceAccount", ServiceAccount.class,
          "v1/ConfigMap", ConfigMap.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "v1/Service", Service.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

  static Manifests of(String folder) throws IOException, InterruptedException {
    assumeThat(System.getenv("PATH").split(":", -1))
        .as("kubectl is installed")
        .anyMatch(place -> Path.of(place, "kubectl").toFile().canExecute());
    Process kubectl =
        new ProcessBuilder("kubectl", "kustomize", "k8s/" + folder)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(kubectl.waitFor()).as("exit code of kubectl kustomize k8s/" + folder).isZero();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return new Manifests(documents.readAll());
    }
  }

  static String type(JsonNode manifest) {
    return manifest.path("apiVersion").asText() + "/" + manifest.path("kind").asText();
  }

  <T> T one(Class<T> type) throws IOException {
    List<JsonNode> found = all.stream().filter(each -> type == TYPES.get(type(each))).toList();
    assertThat(found).as(type.getSimpleName()).hasSize(1);
    return YAML.treeToValue(found.getFirst(), type);
  }

  List<JsonNode> ofKind(String kind) {
    return all.stream().filter(each -> each.path("kind").asText().equals(kind)).toList();
  }

  /** The first path in a manifest that its type does not know; empty when it knows all. */
  static String unknown(JsonNode manifest) throws IOException {
    return Untyped.in(YAML.treeToValue(manifest, TYPES.get(type(manifest))), "");
  }
}
