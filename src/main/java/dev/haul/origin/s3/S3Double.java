package dev.haul.origin.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A double of S3 on loopback: one bucket, with what a store asks of it, after Amazon's API
 * reference: objects, uploads in parts, conditions, CRC-32C, lists in pages. It believes every
 * signature. Its answers break on demand, and it counts what it was asked.
 */
public final class S3Double implements AutoCloseable {
  private final HttpServer server;
  private final String bucket;
  private final S3Shelf shelf;
  private final S3Answers answers;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("haul-s3-double-", 0).factory());

  /** Whoever asks adds; a map of adders, since requests come on many threads. */
  private final Map<S3Operation, LongAdder> counts = new ConcurrentHashMap<>();

  private final S3Faults faults = new S3Faults();

  private volatile BiConsumer<S3Operation, String> before = (_, _) -> {};

  private S3Double(HttpServer server, String bucket, S3Shelf shelf) {
    this.server = server;
    this.bucket = bucket;
    this.shelf = shelf;
    this.answers = new S3Answers(bucket, shelf);
  }

  /**
   * Starts one.
   *
   * @param port 0 for a free one
   * @param bucket the only one there is
   * @param folder where its bytes go; nothing of it is there after a restart
   */
  public static S3Double start(int port, String bucket, Path folder, InstantSource clock)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    var made = new S3Double(server, bucket, new S3Shelf(folder, clock));
    server.setExecutor(made.threads);
    server.createContext("/", made::serve);
    server.start();
    return made;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Has the next requests of a kind break. */
  public void fail(S3Operation operation, S3Fault fault, int times) {
    faults.add(operation, fault, times);
  }

  /**
   * Has requests break by chance, as those of a busy server on a bad line do; what was asked for by
   * {@link #fail} comes first.
   *
   * @param oneIn so many requests
   */
  public void shake(RandomGenerator random, int oneIn) {
    faults.shake(random, oneIn);
  }

  /** Lets nothing break any more. */
  public void heal() {
    faults.clear();
  }

  /** Has something done before each request, which may wait; told the key. */
  public void before(BiConsumer<S3Operation, String> action) {
    before = action;
  }

  /** Has each object told as it becomes visible, in order; whoever writes waits for it. */
  public void onObject(Consumer<S3Object> action) {
    shelf.listen(action);
  }

  public long count(S3Operation operation) {
    LongAdder count = counts.get(operation);
    return count == null ? 0 : count.sum();
  }

  /** Objects whose keys begin so. */
  public List<S3Object> objects(String prefix) {
    return shelf.list(prefix, "");
  }

  /** The object of a key; null when there is none. */
  public @Nullable S3Object object(String key) {
    try {
      return shelf.get(key);
    } catch (S3Error e) {
      return null;
    }
  }

  /** How many uploads have not ended. */
  public int uploads() {
    return shelf.uploads("").size();
  }

  private void serve(HttpExchange http) throws IOException {
    var exchange = new S3Exchange(http);
    try {
      S3Operation operation = exchange.operation();
      counts.computeIfAbsent(operation, _ -> new LongAdder()).increment();
      before.accept(operation, exchange.key());
      if (!exchange.bucket().equals(bucket)) {
        throw new S3Error(404, "NoSuchBucket");
      }
      S3Fault fault = faults.next(operation);
      if (fault != null && refuses(exchange, fault)) {
        return;
      }
      answers.answer(operation, exchange, fault);
    } catch (S3Error e) {
      drain(exchange);
      exchange.answer(e.status(), e.xml());
    } catch (RuntimeException e) {
      drain(exchange);
      exchange.answer(500, new S3Error(500, "InternalError").xml());
    }
  }

  private static boolean refuses(S3Exchange exchange, S3Fault fault) throws IOException, S3Error {
    return switch (fault) {
      case SLOW_DOWN -> throw new S3Error(503, "SlowDown");
      case DENIED -> throw new S3Error(403, "AccessDenied");
      case FULL -> throw new S3Error(507, "XMinioStorageFull");
      case ERROR -> {
        readSome(exchange);
        throw new S3Error(500, "InternalError");
      }
      case CUT -> {
        readSome(exchange);
        exchange.cut();
        yield true;
      }
      case NO_ANSWER, LOST, WRONG_TAG, DAMAGED, UNCONDITIONAL -> false;
    };
  }

  private static void readSome(S3Exchange exchange) throws IOException {
    byte[] _ = exchange.body().readNBytes(100_000);
  }

  /** So that the client, which sends all of its body, reads the answer. */
  private static void drain(S3Exchange exchange) {
    try (InputStream in = exchange.body()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It was read, and closed, before.
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
