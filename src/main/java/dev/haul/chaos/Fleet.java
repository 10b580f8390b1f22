package dev.haul.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes of a run. Belongs to one thread, but for {@link #close}. */
final class Fleet implements AutoCloseable {
  /** As long as workers may take after SIGTERM. */
  static final String GRACE = "5s";

  private final Program program;
  private final Path folder;
  private final Map<String, String> settings;
  private final List<Integer> ports = new ArrayList<>();
  private final List<Integer> quorum;
  private final List<Member> brokers = new ArrayList<>();
  private final List<Member> workers = new ArrayList<>();

  /** Guards against a start that meets {@link #close}; each member does the same for itself. */
  private final List<Member> all = java.util.Collections.synchronizedList(new ArrayList<>());

  /**
   * @param settings of every worker, by key, without what says where Kafka is
   */
  Fleet(Program program, Path folder, ChaosPlan plan, Map<String, String> settings)
      throws IOException {
    this.program = program;
    this.folder = folder;
    this.settings = Map.copyOf(settings);
    List<Integer> free = freePorts(2 * plan.brokers());
    ports.addAll(free.subList(0, plan.brokers()));
    quorum = free.subList(plan.brokers(), free.size());
    for (int i = 0; i < plan.brokers(); i++) {
      brokers.add(member("broker-" + (i + 1), program.broker(brokerArguments(i))));
    }
    for (int i = 0; i < plan.workers(); i++) {
      workers.add(worker("worker-" + (i + 1)));
    }
  }

  String bootstrapServers() {
    return addresses(ports);
  }

  private static String addresses(List<Integer> ports) {
    return String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
  }

  List<Member> brokers() {
    return List.copyOf(brokers);
  }

  List<Member> workers() {
    return List.copyOf(workers);
  }

  /** Another worker, not started yet, that is none of the planned ones. */
  Member guest(int number) {
    return worker("guest-" + number);
  }

  /** Those whose process ended although nothing asked it to. */
  List<Member> fallen() {
    return List.copyOf(all).stream().filter(Member::hasFallen).toList();
  }

  /** Ends all processes, by their ids; for any thread. */
  @Override
  public void close() {
    List.copyOf(all).forEach(Member::end);
  }

  private Member worker(String name) {
    Map<String, String> own = new LinkedHashMap<>(settings);
    own.put("kafka.bootstrap-servers", bootstrapServers());
    own.put("kafka.properties.client.id", name);
    own.put("worker.id", name);
    List<String> arguments = new ArrayList<>();
    own.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return member(name, program.worker(arguments));
  }

  private List<String> brokerArguments(int index) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--port", ports.get(index).toString()));
    arguments.addAll(List.of("--data", folder.resolve("broker-" + (index + 1)).toString()));
    if (ports.size() > 1) {
      arguments.addAll(List.of("--node", "" + (index + 1), "--quorum", addresses(quorum)));
    }
    return arguments;
  }

  private Member member(String name, List<String> command) {
    var member = new Member(name, command, folder.resolve(name + ".log"));
    all.add(member);
    return member;
  }

  /** All are held until all are known, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
