package dev.haul.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.kafka.WantedTopic;
import dev.haul.policy.AddressGuard;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  private static final Settings DEFAULTS = Settings.defaults();

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/keda", "overlays/monitoring", "overlays/strimzi"})
  void kubernetes_knows_every_field(String folder) throws Exception {
    int typed = 0;
    for (JsonNode manifest : Manifests.of(folder).all()) {
      if (Manifests.TYPES.containsKey(Manifests.type(manifest))) {
        assertThat(Manifests.unknown(manifest)).as(Manifests.type(manifest)).isEmpty();
        typed++;
      }
    }
    assertThat(typed).isEqualTo(Manifests.TYPES.size());
  }

  @Test
  void a_field_that_kubernetes_does_not_know_is_found() throws Exception {
    JsonNode policy = Manifests.of("base").ofKind("NetworkPolicy").getFirst();
    ((ObjectNode) policy.at("/spec/egress/0")).put("prots", 1);

    assertThat(Manifests.unknown(policy)).isEqualTo(".spec.egress[0].prots");
  }

  @Test
  void the_grace_of_a_pod_is_that_of_the_worker_and_what_comes_after() throws Exception {
    long seconds = pod("base").getTerminationGracePeriodSeconds();

    assertThat(seconds).isEqualTo(DEFAULTS.shutdown().grace().toSeconds() + 15);
  }

  @Test
  void ports_are_those_of_the_program() throws Exception {
    int port = DEFAULTS.admin().port();
    Container worker = pod("base").getContainers().getFirst();

    assertThat(worker.getPorts()).singleElement().returns(port, p -> p.getContainerPort());
    assertThat(Manifests.of("base").one(Service.class).getSpec().getPorts())
        .singleElement()
        .returns(port, p -> p.getPort());
    assertThat(worker.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/live");
    assertThat(worker.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
  }

  @Test
  void variables_are_settings() throws Exception {
    for (String folder : List.of("base", "overlays/strimzi")) {
      Map<String, String> environment = new HashMap<>();
      Manifests manifests = Manifests.of(folder);
      manifests.one(ConfigMap.class).getData().forEach(environment::put);
      pod(folder)
          .getContainers()
          .getFirst()
          .getEnv()
          .forEach(each -> environment.put(each.getName(), "a-value"));

      Settings settings = Settings.load(null, environment, Map.of());

      assertThat(settings.worker().id()).isEqualTo("a-value");
      assertThat(settings.kafka().groupId()).isEqualTo(DEFAULTS.kafka().groupId());
    }
  }

  @Test
  void selectors_select_the_workers() throws Exception {
    Manifests base = Manifests.of("base");
    Map<String, String> labels =
        base.one(StatefulSet.class).getSpec().getTemplate().getMetadata().getLabels();

    assertThat(labels).isNotEmpty();
    assertThat(labels.entrySet())
        .containsAll(
            base.one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels().entrySet())
        .containsAll(
            base.one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels().entrySet())
        .containsAll(base.one(Service.class).getSpec().getSelector().entrySet());
  }

  @Test
  void the_network_refuses_what_the_address_guard_refuses_and_nothing_else() throws Exception {
    var guard = new AddressGuard("test", List.of());
    List<IPBlock> blocks = blocks();

    for (IPBlock block : blocks) {
      for (String network : block.getExcept()) {
        for (byte[] address : edges(network)) {
          assertThat(guard.refusalOf("name", address))
              .as(InetAddress.getByAddress(address) + " of " + network)
              .isNotNull();
        }
      }
    }
    for (String refused :
        List.of(
            "0.0.0.1",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "2001:db8::1",
            "2002:a00:1::1",
            "2001::1",
            "3fff::1",
            "fd00::1",
            "fe80::1",
            "64:ff9b::a00:1")) {
      byte[] address = InetAddress.ofLiteral(refused).getAddress();
      assertThat(guard.refusalOf("name", address)).as(refused).isNotNull();
      assertThat(blocks).as(refused).noneMatch(block -> lets(block, address));
    }
    for (String allowed : List.of("1.1.1.1", "93.184.216.34", "2606:4700::1111")) {
      byte[] address = InetAddress.ofLiteral(allowed).getAddress();
      assertThat(guard.refusalOf("name", address)).as(allowed).isNull();
      assertThat(blocks).as(allowed).anyMatch(block -> lets(block, address));
    }
  }

  @Test
  void topics_are_those_that_the_program_wants() throws Exception {
    Map<String, Map<String, String>> wanted = new HashMap<>();
    for (WantedTopic topic : WantedTopic.all(DEFAULTS.topics(), 12)) {
      wanted.put(topic.name(), topic.config());
    }
    Map<String, Map<String, String>> given = new HashMap<>();
    for (JsonNode topic : Manifests.of("overlays/strimzi").ofKind("KafkaTopic")) {
      Map<String, String> config = new HashMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
      config.remove("min.insync.replicas");
      given.put(topic.at("/metadata/name").asText(), config);
      assertThat(topic.at("/spec/replicas").asInt()).isEqualTo(3);
    }

    assertThat(given).isEqualTo(wanted);
  }

  private static PodSpec pod(String folder) throws IOException, InterruptedException {
    return Manifests.of(folder).one(StatefulSet.class).getSpec().getTemplate().getSpec();
  }

  private static List<IPBlock> blocks() throws Exception {
    List<IPBlock> blocks = new ArrayList<>();
    for (var rule : Manifests.of("base").one(NetworkPolicy.class).getSpec().getEgress()) {
      if (rule.getPorts().stream()
          .map(NetworkPolicyPort::getPort)
          .map(IntOrString::getIntVal)
          .anyMatch(Integer.valueOf(443)::equals)) {
        rule.getTo().stream()
            .map(to -> to.getIpBlock())
            .filter(Objects::nonNull)
            .forEach(blocks::add);
      }
    }
    assertThat(blocks).hasSize(2);
    return blocks;
  }

  private static boolean lets(IPBlock block, byte[] address) {
    return contains(block.getCidr(), address)
        && block.getExcept().stream().noneMatch(network -> contains(network, address));
  }

  private static boolean contains(String network, byte[] address) {
    String[] parts = network.split("/", -1);
    byte[] base = InetAddress.ofLiteral(parts[0]).getAddress();
    if (base.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < Integer.parseInt(parts[1]); bit++) {
      if (((base[bit / 8] ^ address[bit / 8]) & (0x80 >> bit % 8)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The first address and the last. */
  private static List<byte[]> edges(String network) {
    String[] parts = network.split("/", -1);
    byte[] first = InetAddress.ofLiteral(parts[0]).getAddress();
    byte[] last = first.clone();
    for (int bit = Integer.parseInt(parts[1]); bit < last.length * 8; bit++) {
      last[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    return List.of(first, last);
  }
}
