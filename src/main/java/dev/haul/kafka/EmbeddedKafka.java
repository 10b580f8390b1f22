package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.UUID;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker in this process: a KRaft node that is broker and controller, alone or with others
 * of its quorum, on 127.0.0.1, with a data folder that survives restarts and crashes. Needs the
 * broker's jars on the class path.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts the broker and waits until it takes requests: about 3 s on a new folder, less later. A
   * node of a quorum waits until most of the others run.
   *
   * @throws IOException with a message for people when the port is taken, or the folder cannot be
   *     written or belongs to another broker
   */
  public static EmbeddedKafka start(EmbeddedKafkaSettings settings) throws IOException {
    Path data = settings.data().toAbsolutePath();
    claim(data);
    int port = claim(settings.port());
    Properties properties = properties(settings, data, port);
    try {
      format(data, settings);
      var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, port);
    } catch (Exception e) {
      throw new IOException("the embedded broker does not start in " + data + ": " + e, e);
    }
  }

  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  /** Stops the broker in an orderly way; what it acknowledged is on disk. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Writes the cluster's identity into a new folder. */
  private static void format(Path data, EmbeddedKafkaSettings settings) throws Exception {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .setClusterId(clusterId(settings).toString())
        .setNodeId(settings.node())
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setIgnoreFormatted(true)
        .run();
  }

  /** The nodes of a quorum name their cluster without asking each other. */
  private static Uuid clusterId(EmbeddedKafkaSettings settings) {
    if (settings.quorum().isEmpty()) {
      return Uuid.randomUuid();
    }
    UUID id = UUID.nameUUIDFromBytes(String.join(",", settings.quorum()).getBytes(UTF_8));
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /** Fails when the folder is no use, before Kafka does so with a stack trace. */
  private static void claim(Path data) throws IOException {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new IOException("embedded-kafka.data cannot be written: " + data + " (" + e + ")", e);
    }
    try (FileChannel file =
            FileChannel.open(
                data.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        throw new IOException("embedded-kafka.data belongs to a running broker: " + data);
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("embedded-kafka.data belongs to a running broker: " + data, e);
    } catch (FileSystemException e) {
      throw new IOException("embedded-kafka.data cannot be written: " + data + " (" + e + ")", e);
    }
  }

  private static int claim(int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IOException("embedded-kafka.port " + port + " on " + HOST + " is taken", e);
    }
  }

  private static Properties properties(EmbeddedKafkaSettings settings, Path data, int port)
      throws IOException {
    List<String> quorum = settings.quorum();
    String controller = quorum.isEmpty() ? HOST + ":" + claim(0) : quorum.get(settings.node() - 1);
    var voters = new StringJoiner(",");
    if (quorum.isEmpty()) {
      voters.add(settings.node() + "@" + controller);
    }
    for (int i = 0; i < quorum.size(); i++) {
      voters.add((i + 1) + "@" + quorum.get(i));
    }
    var properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "" + settings.node());
    properties.put("log.dirs", data.toString());
    properties.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + controller);
    properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("controller.quorum.voters", voters.toString());

    String copies = "" + settings.replication();
    String inSync = "" + (settings.replication() + 1) / 2;
    properties.put("default.replication.factor", copies);
    properties.put("min.insync.replicas", inSync);
    properties.put("offsets.topic.replication.factor", copies);
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", copies);
    properties.put("transaction.state.log.min.isr", inSync);
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.replication.factor", copies);
    properties.put("share.coordinator.state.topic.min.isr", inSync);
    properties.put("share.coordinator.state.topic.num.partitions", "1");

    // After kill -9 the controller takes the old session for alive until it times out; with others
    // to take over, a node that is merely slow should not lose its leadership at once.
    properties.put("broker.session.timeout.ms", quorum.isEmpty() ? "1500" : "4000");
    properties.put("broker.heartbeat.interval.ms", quorum.isEmpty() ? "300" : "500");
    // What a killed worker left open is looked for soon after its time is up.
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // Groups form at once, and a member that was killed is missed soon.
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("group.consumer.min.session.timeout.ms", "1000");
    properties.put("group.consumer.session.timeout.ms", "10000");
    properties.put("group.consumer.heartbeat.interval.ms", "1000");
    properties.put("group.consumer.min.heartbeat.interval.ms", "500");

    // Topics are made with their right settings, not by chance.
    properties.put("auto.create.topics.enable", "false");

    // Small machine: the defaults take 128 MiB for the cleaner and 10 MiB an index.
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    properties.put("log.index.size.max.bytes", "1048576");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "4");
    properties.put("background.threads", "2");
    properties.put("num.recovery.threads.per.data.dir", "2");
    properties.put("group.coordinator.threads", "1");
    return properties;
  }
}
