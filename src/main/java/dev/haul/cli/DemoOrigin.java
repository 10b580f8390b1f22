package dev.haul.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A small HTTP server on a free loopback port that hands out made-up files, not too fast. */
final class DemoOrigin implements AutoCloseable {
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, DemoFile> files;

  /** Refusals so far by path; two requests for one path may come at once. */
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();

  private DemoOrigin(HttpServer server, List<DemoFile> files) {
    this.server = server;
    this.files = files.stream().collect(Collectors.toMap(DemoFile::path, Function.identity()));
  }

  static DemoOrigin start(List<DemoFile> files) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var origin = new DemoOrigin(HttpServer.create(address, 0), files);
    origin.server.createContext("/", origin::answer);
    origin.server.setExecutor(origin.threads);
    origin.server.start();
    return origin;
  }

  /** A port of the loopback address on which nobody listens. */
  static int portWithoutListener() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + "/" + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      DemoFile file = files.get(exchange.getRequestURI().getPath().substring(1));
      if (file == null) {
        exchange.sendResponseHeaders(404, NO_BODY);
      } else if (refused.merge(file.path(), 1, Integer::sum) <= file.refusals()) {
        exchange.sendResponseHeaders(503, NO_BODY);
      } else {
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.sendResponseHeaders(200, file.size() == 0 ? NO_BODY : file.size());
        try (OutputStream body = exchange.getResponseBody()) {
          file.writeTo(body, new Pacing(file.bytesPerSecond()));
        }
      }
    }
  }

  /** Waits before each block until its time has come. */
  private final class Pacing implements DemoFile.Pace {
    private final long nanosPerBlock;
    private long next = System.nanoTime();

    Pacing(long bytesPerSecond) {
      nanosPerBlock = DemoFile.BLOCK * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    }

    @Override
    public void keep() throws IOException {
      try {
        if (closed.await(next - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new IOException("the origin is closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      next += nanosPerBlock;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }
}
