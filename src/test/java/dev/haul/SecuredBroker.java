package dev.haul;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker that asks for TLS and a SCRAM password and lets users do what ACLs allow. */
final class SecuredBroker implements AutoCloseable {
  private static final String ADMIN = "admin";
  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final int port;
  private final KafkaRaftServer server;

  private SecuredBroker(Path folder, int port, KafkaRaftServer server) {
    this.folder = folder;
    this.port = port;
    this.server = server;
  }

  static SecuredBroker start(Path folder, String user) throws Exception {
    makeCertificate(folder);
    int port = freePort();
    Path data = Files.createDirectories(folder.resolve("broker"));
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setScramArguments(List.of(scram(ADMIN), scram(user)))
        .run();
    Properties properties = properties(folder, data, port);
    var server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    server.startup();
    return new SecuredBroker(folder, port, server);
  }

  private static String scram(String user) {
    return "SCRAM-SHA-512=[name=%s,password=%s]".formatted(user, PASSWORD);
  }

  private static Properties properties(Path folder, Path data, int port) throws IOException {
    int controller = freePort();
    int internal = freePort();
    var properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("log.dirs", data.toString()),
            Map.entry(
                "listeners",
                "SASL_SSL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,INTERNAL://127.0.0.1:%d"
                    .formatted(port, controller, internal)),
            Map.entry(
                "advertised.listeners",
                "SASL_SSL://127.0.0.1:%d,INTERNAL://127.0.0.1:%d".formatted(port, internal)),
            Map.entry(
                "listener.security.protocol.map",
                "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT"),
            Map.entry("inter.broker.listener.name", "INTERNAL"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
            Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
            Map.entry(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
            Map.entry("ssl.keystore.location", folder.resolve("broker.p12").toString()),
            Map.entry("ssl.keystore.type", "PKCS12"),
            Map.entry("ssl.keystore.password", PASSWORD),
            Map.entry("ssl.key.password", PASSWORD),
            Map.entry("authorizer.class.name", RecordingAuthorizer.class.getName()),
            // The broker itself comes by the listeners that nobody else uses.
            Map.entry("super.users", "User:ANONYMOUS;User:" + ADMIN),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "2"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "2"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304")));
    return properties;
  }

  /** What a client needs to come in as a user, as Kafka names it. */
  Map<String, String> properties(String user) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "SCRAM-SHA-512",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, PASSWORD),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        folder.resolve("broker.pem").toString());
  }

  /** The properties of a client that may do everything. */
  Map<String, Object> client() {
    var client = new HashMap<String, Object>(admin());
    client.put("bootstrap.servers", servers());
    return client;
  }

  /** The same without the address. */
  Map<String, String> admin() {
    return properties(ADMIN);
  }

  String servers() {
    return "127.0.0.1:" + port;
  }

  void allow(Collection<AclBinding> rights) throws Exception {
    try (var admin = Admin.create(client())) {
      admin.createAcls(rights).all().get();
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void makeCertificate(Path folder) throws IOException, InterruptedException {
    String store = folder.resolve("broker.p12").toString();
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=broker",
        "-ext",
        "san=ip:127.0.0.1",
        "-storetype",
        "PKCS12",
        "-validity",
        "10",
        "-keystore",
        store,
        "-storepass",
        PASSWORD);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        store,
        "-storepass",
        PASSWORD,
        "-file",
        folder.resolve("broker.pem").toString());
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
