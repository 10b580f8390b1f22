package dev.haul.origin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What came and what was sent, within bounds. The threads of all connections write here and others
 * read, one at a time.
 */
final class RequestLog {
  private static final int MOST_REQUESTS = 10_000;
  private static final int MOST_PATHS = 100_000;
  private static final int MOST_RANGES = 1_000;
  private static final int MOST_SECONDS = 3_600;
  private static final long NANOS = 1_000_000_000;

  /** A request under way; only this log changes it. */
  static final class Entry {
    private final SeenRequest begun;
    private final Path path;
    private final int number;
    private int status;
    private long bytes;
    private boolean ended;

    private Entry(SeenRequest begun, Path path, int number) {
      this.begun = begun;
      this.path = path;
      this.number = number;
    }

    /** Of the request among those of its path, from 1. */
    int number() {
      return number;
    }

    private SeenRequest seen() {
      return new SeenRequest(
          begun.atMillis(),
          begun.port(),
          begun.connection(),
          begun.method(),
          begun.path(),
          begun.query(),
          begun.headers(),
          status,
          bytes,
          ended);
    }
  }

  private static final class Path {
    private int requests;
    private long bytes;
    private int atOnce;
    private int mostAtOnce;
    private final Set<Long> connections = new HashSet<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final Deque<String> ranges = new ArrayDeque<>();

    private SeenPath seen() {
      return new SeenPath(
          requests,
          bytes,
          connections.size(),
          atOnce,
          mostAtOnce,
          new TreeMap<>(statuses),
          List.copyOf(ranges));
    }
  }

  private long startNanos;
  private final Deque<Entry> requests = new ArrayDeque<>();
  private final Map<String, Path> paths = new LinkedHashMap<>();
  private final Deque<SeenSecond> seconds = new ArrayDeque<>();
  private final Map<String, Integer> addresses = new TreeMap<>();
  private long connections;
  private int open;
  private int mostOpen;

  RequestLog(long startNanos) {
    this.startNanos = startNanos;
  }

  /**
   * Answers the number of a new connection.
   *
   * @param address at which it came
   */
  synchronized long connected(String address) {
    addresses.merge(address, 1, Integer::sum);
    open++;
    mostOpen = Math.max(mostOpen, open);
    return ++connections;
  }

  synchronized void disconnected() {
    open--;
  }

  synchronized Entry began(RequestHead head, int port, long connection, long nowNanos) {
    Path path = paths.computeIfAbsent(known(head.path()), _ -> new Path());
    path.requests++;
    path.atOnce++;
    path.mostAtOnce = Math.max(path.mostAtOnce, path.atOnce);
    path.connections.add(connection);
    String range = head.header("range");
    if (range != null) {
      path.ranges.addLast(range);
      if (path.ranges.size() > MOST_RANGES) {
        path.ranges.removeFirst();
      }
    }
    var begun =
        new SeenRequest(
            (nowNanos - startNanos) / 1_000_000,
            port,
            connection,
            head.method(),
            head.path(),
            head.query(),
            head.headers(),
            0,
            0,
            false);
    var entry = new Entry(begun, path, path.requests);
    requests.addLast(entry);
    if (requests.size() > MOST_REQUESTS) {
      requests.removeFirst();
    }
    count(nowNanos, 1, 0, 0);
    return entry;
  }

  private String known(String path) {
    return paths.size() < MOST_PATHS || paths.containsKey(path) ? path : "(others)";
  }

  synchronized void answered(Entry entry, int status, long nowNanos) {
    entry.status = status;
    entry.path.statuses.merge(status, 1, Integer::sum);
    count(nowNanos, 0, status == 429 || status == 503 ? 1 : 0, 0);
  }

  synchronized void sent(Entry entry, int bytes, long nowNanos) {
    entry.bytes += bytes;
    entry.path.bytes += bytes;
    count(nowNanos, 0, 0, bytes);
  }

  synchronized void ended(Entry entry) {
    entry.ended = true;
    entry.path.atOnce--;
  }

  private void count(long nowNanos, int more, int refused, long bytes) {
    long second = (nowNanos - startNanos) / NANOS;
    SeenSecond last = seconds.peekLast();
    if (last == null || last.second() < second) {
      seconds.addLast(new SeenSecond(second, more, refused, bytes));
      if (seconds.size() > MOST_SECONDS) {
        seconds.removeFirst();
      }
      return;
    }
    // The clock of another thread may be a little behind: such a request counts in the last second.
    seconds.removeLast();
    seconds.addLast(
        new SeenSecond(
            last.second(), last.requests() + more, last.refused() + refused, last.bytes() + bytes));
  }

  synchronized List<SeenRequest> requests() {
    return requests.stream().map(Entry::seen).toList();
  }

  synchronized Map<String, SeenPath> paths() {
    var seen = new LinkedHashMap<String, SeenPath>();
    paths.forEach((name, path) -> seen.put(name, path.seen()));
    return seen;
  }

  /** How many requests came for a path. */
  synchronized int count(String path) {
    Path found = paths.get(path);
    return found == null ? 0 : found.requests;
  }

  /** Seconds without anything are left out. */
  synchronized List<SeenSecond> seconds() {
    return new ArrayList<>(seconds);
  }

  synchronized SeenConnections connections() {
    return new SeenConnections(connections, open, mostOpen, new TreeMap<>(addresses));
  }

  /** Forgets all requests; numbers of requests begin with 1 again. */
  synchronized void reset(long nowNanos) {
    startNanos = nowNanos;
    requests.clear();
    paths.clear();
    seconds.clear();
    addresses.clear();
    mostOpen = open;
  }
}
