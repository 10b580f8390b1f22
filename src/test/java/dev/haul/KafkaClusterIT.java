package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.cli.HaulProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, each a process of its own. */
class KafkaClusterIT {
  private static final int NODES = 3;
  private static final int PARTITIONS = 3;
  private static final int JOBS = 600;
  private static final String GROUPS = "__consumer_offsets";
  private static final String TRANSACTIONS = "__transaction_state";

  @TempDir Path folder;
  @TempDir Path store;

  @Test
  void three_nodes_hold_three_copies_and_jobs_go_on_when_the_one_that_coordinates_them_dies()
      throws Exception {
    // The first start of a build prepares the fast ones; three at once would do so three times.
    try (var first = HaulProcess.start(folder, "--version")) {
      assertThat(first.exitCode()).as(first.err()).isZero();
    }
    List<HaulProcess> nodes = start();
    try {
      List<String> servers = nodes.stream().map(node -> node.out().strip()).toList();
      var cluster = new TestCluster(String.join(",", servers), PARTITIONS);
      try (var origin = new TestOrigin();
          Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.servers))) {
        assertThat(get(admin.describeTopics(cluster.topics.all()).allTopicNames()).values())
            .flatExtracting(TopicDescription::partitions)
            .allMatch(partition -> partition.isr().size() == NODES);
        origin.answerOnly(JOBS / 2);
        cluster.sendJobs(origin, 0, JOBS);
        int groups = coordinator(admin, GROUPS, cluster.group);
        String worker = workerOf(admin, cluster.group, groups);

        Map<String, String> settings = cluster.settings(store, origin);
        settings.put("worker.id", worker);
        settings.put("dispatch.max-concurrent", "8");
        settings.put("dispatch.max-per-host", "8");
        try (var _ = TestCluster.start(settings);
            TopicReader completions = cluster.read(cluster.topics.completions())) {
          eventually().until(() -> completions.jobs() >= JOBS / 4);
          nodes.get(groups - 1).close();
          origin.open();
          eventually().until(() -> completions.jobs() == JOBS);
          eventually().until(() -> cluster.committed().equals(cluster.ends()));
          assertThat(completions.records()).as("none ends twice").hasSize(JOBS);
        }
        assertThat(new StoredFiles(store).names()).hasSize(JOBS);
        assertThat(new StoredFiles(store).wrong()).isEmpty();
      }
    } finally {
      nodes.forEach(HaulProcess::close);
    }
  }

  private List<HaulProcess> start() throws IOException {
    String quorum = quorum();
    List<HaulProcess> nodes = new ArrayList<>();
    for (int node = 1; node <= NODES; node++) {
      String[] arguments = {
        "kafka", "--node=" + node, "--quorum=" + quorum, "--port=0", "--data=node-" + node
      };
      nodes.add(HaulProcess.start(folder, arguments));
    }
    nodes.forEach(node -> node.awaitOut("127.0.0.1:"));
    return nodes;
  }

  /** The name of a worker whose transactions are led by the node that leads its group. */
  private static String workerOf(Admin admin, String group, int node) {
    return IntStream.range(0, 100)
        .mapToObj(i -> "worker-" + i)
        .filter(id -> coordinator(admin, TRANSACTIONS, "haul-" + group + "/" + id) == node)
        .findFirst()
        .orElseThrow();
  }

  /** The node that leads the partition of a name; Kafka makes the topic when it is first needed. */
  private static int coordinator(Admin admin, String topic, String name) {
    return eventually()
        .ignoreException(IllegalStateException.class)
        .until(
            () -> {
              var _ = admin.listConsumerGroupOffsets(name);
              var _ = admin.describeTransactions(List.of(name));
              List<TopicPartitionInfo> partitions =
                  get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions();
              var leader =
                  partitions.get(Utils.toPositive(name.hashCode()) % partitions.size()).leader();
              return leader == null ? -1 : leader.id();
            },
            node -> node > 0);
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ports that are free now. */
  private static String quorum() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
      sockets.add(socket);
      addresses.add("127.0.0.1:" + socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return String.join(",", addresses);
  }
}
