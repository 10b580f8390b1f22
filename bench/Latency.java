import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks an HTTP server at a fixed rate and tells how long answers took, from the moment in which each
 * request was due: java Latency.java BASE REQUESTS PER-SECOND PATH... The first tenth warms up.
 */
public final class Latency {
  private static final int CONNECTIONS = 8;

  private final URI base;
  private final List<String> paths;
  private final int warm;
  private final long periodNanos;
  private final long startNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
  private final AtomicInteger next = new AtomicInteger();

  /** Of each request; -1 for one that failed. */
  private final long[] nanos;

  private Latency(URI base, int requests, int rate, List<String> paths) {
    this.base = base;
    this.paths = paths;
    this.warm = requests / 10;
    this.periodNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    this.nanos = new long[requests + warm];
  }

  public static void main(String[] arguments) throws Exception {
    List<String> paths = List.of(arguments).subList(3, arguments.length);
    var latency =
        new Latency(
            URI.create(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            paths);
    latency.run();
    System.exit(latency.tell() ? 0 : 1);
  }

  private void run() throws InterruptedException {
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      Callable<Void> connection =
          () -> {
            ask();
            return null;
          };
      for (var ended : threads.invokeAll(java.util.Collections.nCopies(CONNECTIONS, connection))) {
        try {
          ended.get();
        } catch (java.util.concurrent.ExecutionException e) {
          throw new IllegalStateException(e.getCause());
        }
      }
    }
  }

  private void ask() throws IOException {
    try (var socket = new Socket(base.getHost(), base.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
      for (int i = next.getAndIncrement(); i < nanos.length; i = next.getAndIncrement()) {
        long due = startNanos + i * periodNanos;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        String request =
            "GET " + base.getPath() + paths.get(i % paths.size()) + " HTTP/1.1\r\nHost: "
                + base.getAuthority() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        boolean good = answer(in);
        nanos[i] = good ? System.nanoTime() - due : -1;
      }
    }
  }

  /** Whether it is a 200 with a body of the length that it tells. */
  private static boolean answer(DataInputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.readFully(new byte[length]);
    return status.contains(" 200 ") && length > 0;
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  /** Prints a table; false when a request failed or the 99th of 100 took more than 16 ms. */
  private boolean tell() {
    System.out.println("| path | requests | p50 ms | p99 ms | p99.9 ms | max ms |");
    System.out.println("|---|---|---|---|---|---|");
    for (int path = 0; path < paths.size(); path++) {
      int which = path;
      row(paths.get(path), i -> i % paths.size() == which);
    }
    return row("all", _ -> true);
  }

  private boolean row(String name, java.util.function.IntPredicate which) {
    long[] times =
        java.util.stream.IntStream.range(warm, nanos.length)
            .filter(which)
            .mapToLong(i -> nanos[i])
            .sorted()
            .toArray();
    long failed = Arrays.stream(times).filter(time -> time < 0).count();
    System.out.printf(
        "| %s | %d | %.1f | %.1f | %.1f | %.1f |%s%n",
        name,
        times.length,
        at(times, 0.5),
        at(times, 0.99),
        at(times, 0.999),
        at(times, 1),
        failed == 0 ? "" : " " + failed + " failed");
    return failed == 0 && at(times, 0.99) <= 16;
  }

  private static double at(long[] sorted, double share) {
    int index = (int) Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1);
    return sorted[Math.max(0, index)] / 1e6;
  }
}
