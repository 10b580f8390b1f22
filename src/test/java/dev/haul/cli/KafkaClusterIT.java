package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, each a process of its own. */
class KafkaClusterIT {
  private static final int NODES = 3;

  @TempDir Path folder;

  @Test
  void three_nodes_hold_three_copies_and_do_without_one() throws Exception {
    // The first start of a build prepares the fast ones; three at once would do so three times.
    try (var first = HaulProcess.start(folder, "--version")) {
      assertThat(first.exitCode()).as(first.err()).isZero();
    }
    String quorum = quorum();
    List<HaulProcess> nodes = new ArrayList<>();
    try {
      for (int node = 1; node <= NODES; node++) {
        List<String> arguments =
            new ArrayList<>(
                List.of("kafka", "--node", "" + node, "--quorum", quorum, "--port", "0"));
        arguments.addAll(List.of("--data", "node-" + node));
        if (node == NODES) {
          arguments.add("--topics");
        }
        nodes.add(HaulProcess.start(folder, arguments.toArray(String[]::new)));
      }
      List<String> servers = new ArrayList<>();
      for (HaulProcess node : nodes) {
        node.awaitOut("127.0.0.1:");
        servers.add(node.out().strip());
      }
      try (var check =
          HaulProcess.start(
              folder, "topics", "--check", "--bootstrap-servers", servers.getFirst())) {
        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out()).containsPattern("haul.jobs +12 +3 ");
      }

      nodes.getFirst().close();

      Map<String, Object> properties =
          Map.of("bootstrap.servers", String.join(",", servers.subList(1, NODES)), "acks", "all");
      try (var producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int partition = 0; partition < Broker.JOB_PARTITIONS; partition++) {
          var record =
              new ProducerRecord<byte[], byte[]>("haul.jobs", partition, null, new byte[1]);
          assertThat(producer.send(record).get(60, TimeUnit.SECONDS).partition())
              .isEqualTo(partition);
        }
      }
    } finally {
      nodes.forEach(HaulProcess::close);
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
