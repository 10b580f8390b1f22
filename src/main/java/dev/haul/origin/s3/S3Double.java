package dev.haul.origin.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
  private static final int PAGE = 1000;
  private static final List<String> KEPT_HEADERS =
      List.of(
          "x-amz-tagging",
          "x-amz-storage-class",
          "x-amz-server-side-encryption",
          "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-meta-haul-part",
          "content-type");

  private static final List<S3Fault> SHAKES =
      List.of(S3Fault.SLOW_DOWN, S3Fault.ERROR, S3Fault.CUT, S3Fault.NO_ANSWER);

  private final HttpServer server;
  private final String bucket;
  private final S3Shelf shelf;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("haul-s3-double-", 0).factory());

  /** Whoever asks adds; a map of adders, since requests come on many threads. */
  private final Map<S3Operation, LongAdder> counts = new ConcurrentHashMap<>();

  /** Guarded by itself: set by one thread, taken by those of requests. */
  private final Map<S3Operation, Deque<S3Fault>> faults = new EnumMap<>(S3Operation.class);

  private @Nullable RandomGenerator shaking;
  private int shakesOneIn;

  private volatile BiConsumer<S3Operation, String> before = (_, _) -> {};

  private S3Double(HttpServer server, String bucket, S3Shelf shelf) {
    this.server = server;
    this.bucket = bucket;
    this.shelf = shelf;
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
    synchronized (faults) {
      Deque<S3Fault> next = faults.computeIfAbsent(operation, _ -> new ArrayDeque<>());
      for (int i = 0; i < times; i++) {
        next.add(fault);
      }
    }
  }

  /**
   * Has requests break by chance, as those of a busy server on a bad line do; what was asked for by
   * {@link #fail} comes first.
   *
   * @param oneIn so many requests
   */
  public void shake(RandomGenerator random, int oneIn) {
    synchronized (faults) {
      shaking = random;
      shakesOneIn = oneIn;
    }
  }

  /** Lets nothing break any more. */
  public void heal() {
    synchronized (faults) {
      faults.clear();
      shaking = null;
    }
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

  private @Nullable S3Fault fault(S3Operation operation) {
    synchronized (faults) {
      Deque<S3Fault> next = faults.get(operation);
      if (next != null && !next.isEmpty()) {
        return next.remove();
      }
      return shaking != null && shaking.nextInt(shakesOneIn) == 0
          ? SHAKES.get(shaking.nextInt(SHAKES.size()))
          : null;
    }
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
      S3Fault fault = fault(operation);
      if (fault != null && refuses(exchange, fault)) {
        return;
      }
      answer(operation, exchange, fault);
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

  private void answer(S3Operation operation, S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    switch (operation) {
      case PUT_OBJECT -> putObject(exchange, fault);
      case GET_OBJECT, HEAD_OBJECT -> getObject(exchange, fault);
      case DELETE_OBJECT -> {
        shelf.delete(exchange.key());
        exchange.answer(204);
      }
      case COPY_OBJECT -> {
        String source = String.valueOf(exchange.header("x-amz-copy-source"));
        String path = URLDecoder.decode(source, StandardCharsets.UTF_8);
        shelf.copy(path.replaceFirst("^/?" + bucket + "/", ""), exchange.key());
        exchange.answer(
            200,
            S3Xml.document(
                "CopyObjectResult", S3Xml.element("ETag", shelf.get(exchange.key()).etag())));
      }
      case LIST_OBJECTS -> listObjects(exchange);
      case CREATE_UPLOAD -> {
        String id = shelf.create(exchange.key(), kept(exchange)).id();
        exchange.answer(
            200,
            S3Xml.document(
                "InitiateMultipartUploadResult",
                S3Xml.element("Bucket", bucket)
                    + S3Xml.element("Key", exchange.key())
                    + S3Xml.element("UploadId", id)));
      }
      case UPLOAD_PART -> uploadPart(exchange, fault);
      case LIST_PARTS -> listParts(exchange);
      case COMPLETE_UPLOAD -> completeUpload(exchange, fault);
      case ABORT_UPLOAD -> {
        shelf.abort(exchange.parameter("uploadId"));
        exchange.answer(204);
      }
      case LIST_UPLOADS -> listUploads(exchange);
    }
  }

  private void putObject(S3Exchange exchange, @Nullable S3Fault fault) throws IOException, S3Error {
    S3Content content = received(exchange);
    S3Object object =
        shelf.put(exchange.key(), content, kept(exchange), condition(exchange, fault));
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    exchange.set("ETag", object.etag());
    exchange.set("x-amz-checksum-crc32c", content.crc());
    exchange.answer(200);
  }

  private S3Content received(S3Exchange exchange) throws IOException, S3Error {
    S3Content content;
    try (InputStream in = exchange.body()) {
      content = shelf.receive(in);
    }
    String told = exchange.header("x-amz-checksum-crc32c");
    if (told != null && !told.equals(content.crc())) {
      throw new S3Error(400, "BadDigest");
    }
    return content;
  }

  private static S3Shelf.Condition condition(S3Exchange exchange, @Nullable S3Fault fault) {
    return fault == S3Fault.UNCONDITIONAL
        ? new S3Shelf.Condition(false, null)
        : new S3Shelf.Condition(
            "*".equals(exchange.header("If-None-Match")), exchange.header("If-Match"));
  }

  private static Map<String, String> kept(S3Exchange exchange) {
    var kept = new HashMap<String, String>();
    for (String name : KEPT_HEADERS) {
      String value = exchange.header(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    return kept;
  }

  private void getObject(S3Exchange exchange, @Nullable S3Fault fault) throws IOException, S3Error {
    S3Object object = shelf.get(exchange.key());
    exchange.set("ETag", object.etag());
    exchange.set("Content-Type", object.headers().get("content-type"));
    exchange.set("x-amz-meta-haul-part", object.headers().get("x-amz-meta-haul-part"));
    exchange.set("Last-Modified", date(object));
    if (exchange.method().equals("HEAD")) {
      exchange.set("Content-Length", Long.toString(object.bytes()));
      exchange.answer(200);
      return;
    }
    try (OutputStream out = exchange.begin(object.bytes())) {
      if (fault == S3Fault.DAMAGED) {
        byte[] bytes = object.read();
        bytes[bytes.length / 2] ^= 1;
        out.write(bytes);
      } else {
        object.copyTo(out);
      }
    }
  }

  private static String date(S3Object object) {
    return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
        .format(object.at().atOffset(ZoneOffset.UTC));
  }

  private void listObjects(S3Exchange exchange) throws IOException {
    List<S3Object> all =
        shelf.list(exchange.parameter("prefix"), exchange.parameter("continuation-token"));
    List<S3Object> page = all.subList(0, Math.min(PAGE, all.size()));
    var content = new StringBuilder(S3Xml.element("Name", bucket));
    content.append(S3Xml.element("IsTruncated", page.size() < all.size()));
    if (page.size() < all.size()) {
      content.append(S3Xml.element("NextContinuationToken", page.getLast().key()));
    }
    for (S3Object object : page) {
      content.append(
          S3Xml.group(
              "Contents",
              S3Xml.element("Key", object.key())
                  + S3Xml.element("LastModified", object.at())
                  + S3Xml.element("ETag", object.etag())
                  + S3Xml.element("Size", object.bytes())));
    }
    exchange.answer(200, S3Xml.document("ListBucketResult", content.toString()));
  }

  private void uploadPart(S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    String id = exchange.parameter("uploadId");
    S3Multipart _ = shelf.upload(id);
    S3Content content = received(exchange);
    if (fault != S3Fault.LOST) {
      shelf.part(id, Integer.parseInt(exchange.parameter("partNumber")), content);
    }
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    String etag = fault == S3Fault.WRONG_TAG ? "0".repeat(32) : content.md5();
    exchange.set("ETag", '"' + etag + '"');
    exchange.set("x-amz-checksum-crc32c", content.crc());
    exchange.answer(200);
  }

  private void listParts(S3Exchange exchange) throws IOException, S3Error {
    String after = exchange.parameter("part-number-marker");
    Map<Integer, S3Content> all =
        shelf.parts(exchange.parameter("uploadId"), after.isEmpty() ? 0 : Integer.parseInt(after));
    var content = new StringBuilder(S3Xml.element("Bucket", bucket));
    content.append(S3Xml.element("IsTruncated", all.size() > PAGE));
    int listed = 0;
    for (Map.Entry<Integer, S3Content> part : all.entrySet()) {
      if (listed++ == PAGE) {
        break;
      }
      content.append(
          S3Xml.group(
              "Part",
              S3Xml.element("PartNumber", part.getKey())
                  + S3Xml.element("ETag", '"' + part.getValue().md5() + '"')
                  + S3Xml.element("ChecksumCRC32C", part.getValue().crc())
                  + S3Xml.element("Size", part.getValue().bytes())));
      if (listed == PAGE) {
        content.append(S3Xml.element("NextPartNumberMarker", part.getKey()));
      }
    }
    exchange.answer(200, S3Xml.document("ListPartsResult", content.toString()));
  }

  private void completeUpload(S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    String request = new String(exchange.body().readAllBytes(), StandardCharsets.UTF_8);
    S3Object object =
        shelf.complete(
            exchange.parameter("uploadId"), S3Xml.parts(request), condition(exchange, fault));
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    exchange.answer(
        200,
        S3Xml.document(
            "CompleteMultipartUploadResult",
            S3Xml.element("Bucket", bucket)
                + S3Xml.element("Key", object.key())
                + S3Xml.element("ETag", object.etag())));
  }

  private void listUploads(S3Exchange exchange) throws IOException {
    var content = new StringBuilder(S3Xml.element("Bucket", bucket));
    content.append(S3Xml.element("IsTruncated", false));
    for (S3Multipart upload : shelf.uploads(exchange.parameter("prefix"))) {
      content.append(
          S3Xml.group(
              "Upload",
              S3Xml.element("Key", upload.key())
                  + S3Xml.element("UploadId", upload.id())
                  + S3Xml.element("Initiated", upload.at())));
    }
    exchange.answer(200, S3Xml.document("ListMultipartUploadsResult", content.toString()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
