package dev.haul.origin;

import dev.haul.job.Checksum;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP origin whose files are made up and whose answers break as their URL asks for; what it was
 * asked can be read. A virtual thread serves each connection.
 */
public final class Origin implements AutoCloseable {
  /** What the paths of files begin with. */
  static final String FILES = "/file/";

  private static final int BACKLOG = 1024;

  private final OriginSettings settings;
  private final List<ServerSocket> servers;
  private final @Nullable String certificate;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("haul-origin-", 0).factory());

  /** Open connections: those who serve them add and remove, and close() closes them. */
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private final RequestLog log = new RequestLog(System.nanoTime());
  private final Gates gates = new Gates();
  private final Limits limits = new Limits();
  private final Ports ports;
  private final Answers answers;
  private final Visit visit;

  private Origin(
      OriginSettings settings,
      List<ServerSocket> servers,
      @Nullable String certificate,
      InstantSource clock) {
    this.settings = settings;
    this.servers = List.copyOf(servers);
    this.certificate = certificate;
    this.ports =
        new Ports(
            servers.getFirst().getLocalPort(),
            servers.get(1).getLocalPort(),
            servers.size() > 2 ? servers.getLast().getLocalPort() : 0);
    this.answers = new Answers(new Redirects(ports));
    var inspection = new Inspection(settings.faults(), answers, log, gates);
    this.visit = new Visit(settings.faults(), answers, limits, gates, log, inspection, clock);
    this.servers.forEach(server -> threads.execute(() -> accept(server)));
  }

  /** Starts one on loopback with free ports, whose URLs alone say what breaks. */
  public static Origin start(InstantSource clock) throws IOException {
    return start(OriginSettings.LOCAL, clock);
  }

  /**
   * Starts an origin.
   *
   * @throws IOException when it cannot listen
   */
  public static Origin start(OriginSettings settings, InstantSource clock) throws IOException {
    var servers = new ArrayList<ServerSocket>();
    try {
      servers.add(listen(new ServerSocket(), settings.host(), settings.port()));
      servers.add(listen(new ServerSocket(), settings.host(), settings.otherPort()));
      String certificate = null;
      if (settings.httpsPort().isPresent()) {
        ServerCertificate made = ServerCertificate.make(settings.host());
        ServerSocket server = made.context().getServerSocketFactory().createServerSocket();
        servers.add(listen(server, settings.host(), settings.httpsPort().getAsInt()));
        certificate = made.pem();
      }
      return new Origin(settings, servers, certificate, clock);
    } catch (IOException e) {
      servers.forEach(Origin::close);
      throw e;
    }
  }

  private static ServerSocket listen(ServerSocket server, String host, int port)
      throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    return server;
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        threads.execute(() -> serve(socket, server.getLocalPort()));
      } catch (IOException e) {
        // It is closed, or a client went before it was accepted.
      }
    }
  }

  private void serve(Socket socket, int port) {
    try {
      visit.serve(socket, port);
    } catch (IOException e) {
      // Clients may leave, and the answers of an origin like this make them.
    } finally {
      sockets.remove(socket);
    }
  }

  public int port() {
    return ports.http();
  }

  public int otherPort() {
    return ports.other();
  }

  /** The URL of a file: its name, perhaps with parameters behind a question mark. */
  public String url(String file) {
    return url(ports.http(), file);
  }

  /** The same at the other port, to clients another origin. */
  public String otherUrl(String file) {
    return url(ports.other(), file);
  }

  private String url(int port, String file) {
    return "http://" + settings.host() + ":" + port + FILES + file;
  }

  /** The same over https; there is a port for it only if the settings say so. */
  public String httpsUrl(String file) {
    return "https://" + settings.host() + ":" + ports.https() + FILES + file;
  }

  public int httpsPort() {
    return ports.https();
  }

  /** The certificate of https as PEM, for clients to trust. */
  public String certificate() {
    return Objects.requireNonNull(certificate, "there is no https");
  }

  /**
   * The digest of what the next request for a URL gets.
   *
   * @param file its name, perhaps with parameters
   */
  public Checksum checksum(String file) {
    RequestHead request = RequestHead.get(FILES + file);
    int number = log.count(request.path()) + 1;
    Faults faults = Faults.parse(request.parameters()).over(settings.faults()).at(number);
    byte[] digest = answers.sha256(request.path(), faults, number);
    return new Checksum(Checksum.Algorithm.SHA256, HexFormat.of().formatHex(digest));
  }

  /** What came for a file, without its parameters; nothing at all if nobody asked for it. */
  public SeenPath seen(String file) {
    return log.paths().getOrDefault(FILES + file, SeenPath.NONE);
  }

  /** What came for all paths. */
  public Map<String, SeenPath> paths() {
    return log.paths();
  }

  /** The last requests, the oldest first. */
  public List<SeenRequest> requests() {
    return log.requests();
  }

  /** The last requests for a file, the oldest first. */
  public List<SeenRequest> requests(String file) {
    return log.requests().stream().filter(each -> each.path().equals(FILES + file)).toList();
  }

  public SeenConnections connections() {
    return log.connections();
  }

  /** The seconds in which something came or was sent. */
  public List<SeenSecond> seconds() {
    return log.seconds();
  }

  /** Lets the stalled answers of a file go on, those to come too. */
  public void release(String file) {
    gates.release(FILES + file);
  }

  /** Forgets all requests. */
  public void reset() {
    log.reset(System.nanoTime());
  }

  @Override
  public void close() {
    servers.forEach(Origin::close);
    gates.close();
    sockets.forEach(Origin::close);
    threads.close();
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
