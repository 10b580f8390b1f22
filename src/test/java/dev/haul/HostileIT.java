package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.origin.Faults;
import dev.haul.origin.Origin;
import dev.haul.origin.OriginSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What servers may do to a worker, as one table: each row is a job at an origin of its own, and all
 * go through one worker at once. Those that end by time have one attempt, the others two.
 */
class HostileIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SIZE = 100_000;
  private static final long MIB = 1 << 20;
  private static final String PLAIN = "size=" + SIZE;
  private static final String NO_CHECKSUM = "sha256:" + "0".repeat(64);

  private static final String LATE = "a body too slow for its job";

  @TempDir Path folder;

  private final TestCluster cluster = TestCluster.shared(1);
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final List<AutoCloseable> servers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private Origin secure;

  /**
   * A job and its end.
   *
   * @param job without its id
   * @param code of its error; empty when it completes
   * @param attempts that it has
   * @param says what its message tells
   */
  private record Row(ObjectNode job, String code, int attempts, String says) {
    Row with(String field, Object value) {
      job.putPOJO(field, value);
      return this;
    }

    /** Its times are for one attempt. */
    Row once() {
      return with("maxAttempts", 1);
    }
  }

  @BeforeEach
  void startSecureOrigin() throws IOException {
    secure = secureOrigin();
  }

  @AfterEach
  void closeServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private Origin secureOrigin() throws IOException {
    return started(
        Origin.start(
            new OriginSettings("127.0.0.1", 0, 0, OptionalInt.of(0), Faults.NONE),
            InstantSource.system()));
  }

  private Origin started(Origin origin) {
    servers.add(origin);
    ports.add(origin.port());
    if (origin.httpsPort() > 0) {
      ports.add(origin.httpsPort());
    }
    return origin;
  }

  private static String id(String what) {
    return what.replaceAll("[^A-Za-z0-9]+", "-");
  }

  /** A job for a file at an origin of its own. */
  private Row row(String what, String query, String code, int attempts, String says) {
    try {
      Origin origin = started(Origin.start(InstantSource.system()));
      return at(what, origin.url(id(what) + "?" + query), code, attempts, says);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Row at(String what, String url, String code, int attempts, String says) {
    ObjectNode job = JSON.createObjectNode().put("url", url).put("target", id(what));
    var row = new Row(job, code, attempts, says);
    rows.put(what, row);
    return row;
  }

  private void lengths() {
    row("a body cut short", PLAIN + "&cut-at=1000", "interrupted", 2, "after 1000 of 100000 bytes");
    row("a body cut by a reset", PLAIN + "&cut-at=1000&reset=true", "interrupted", 2, "closed");
    row("a close without an answer", "drop=true", "interrupted", 2, "before an answer came");
    row("chunks cut short", PLAIN + "&framing=chunked&cut-at=1000", "interrupted", 2, "closed");
    row(
            "a body without framing cut short",
            PLAIN + "&framing=close&cut-at=1000",
            "interrupted",
            2,
            "")
        .with("size", SIZE);
    row("fewer bytes than told", PLAIN + "&wrong-length=100", "interrupted", 2, "of 100100 bytes");
    row(
        "fewer bytes than told of a large file",
        "size=3MiB&wrong-length=100",
        "interrupted",
        2,
        "");
    row(
        "a large file that is another one each time",
        "size=3MiB&etag=changing&cut=2MiB",
        "interrupted",
        2,
        "");
    row("more bytes than told", PLAIN + "&wrong-length=-100", "size-mismatch", 2, "99900 bytes")
        .with("size", SIZE);
    row("a length that is not the job's", PLAIN, "size-mismatch", 2, "the job says 7")
        .with("size", 7);
    row("fewer chunks than the job says", PLAIN + "&framing=chunked", "size-mismatch", 2, "100001")
        .with("size", SIZE + 1);
    row("more chunks than the job says", PLAIN + "&framing=chunked", "size-mismatch", 2, "99999")
        .with("size", SIZE - 1);
    row("an endless body", "endless=true", "too-large", 1, "more than " + 8 * MIB);
    row("an endless body without framing", "endless=true&framing=close", "too-large", 1, "more");
    row("an endless body of a known size", "endless=true", "size-mismatch", 2, "has more")
        .with("size", SIZE);
    row("a file beyond the largest", "size=9MiB", "too-large", 1, "more than " + 8 * MIB);
    row(
        "a part that is not the one asked for",
        "size=3MiB&cut=2MiB*1&content-range=shifted",
        "",
        1,
        "");
    row("another version after a cut", "size=3MiB&cut=2MiB*1&change-after=1", "", 1, "");
  }

  private void contents() {
    row("the page of a log-in as a video", "html=true", "bad-response", 1, "HTML")
        .with("target", "video.mp4");
    row(
            "the page of a log-in that says it is a video",
            "html=true&type=video/mp4",
            "bad-response",
            1,
            "HTML")
        .with("target", "other.mp4");
    Row wrongType = row("a type that the host does not have", PLAIN, "bad-response", 1, "type");
    wrongType.with("url", wrongType.job().get("url").textValue().replace("127.0.0.1", "localhost"));
    row(
        "an encoding that nobody asked for",
        PLAIN + "&encoding=gzip",
        "bad-response",
        2,
        "Content-Encoding");
    row("a checksum that is not the job's", PLAIN, "checksum-mismatch", 2, "sha256")
        .with("checksum", NO_CHECKSUM);
    for (String header :
        List.of(
            "repr-digest",
            "content-digest",
            "content-md5",
            "x-amz-checksum-sha256",
            "x-amz-checksum-crc32c",
            "x-goog-hash")) {
      String digest = PLAIN + "&digest=" + header;
      row("a wrong " + header, digest + "&wrong-digest=true", "checksum-mismatch", 2, header);
      row("a wrong byte under " + header, digest + "&corrupt=5", "checksum-mismatch", 2, header);
      row("a right " + header, digest, "", 1, "");
    }
    row(
        "a wrong digest of a large file",
        "size=3MiB&cut=2MiB*1&digest=repr-digest&wrong-digest=true",
        "checksum-mismatch",
        2,
        "");
  }

  private void protocol() {
    row("a bomb of headers", "header-bomb=1MiB", "bad-response", 2, "HTTP");
    row("answers before the answer", "interim=1000", "bad-response", 2, "HTTP");
    row("an answer that is no HTTP", "garbage=true", "bad-response", 2, "HTTP");
    row("chunks of no size", PLAIN + "&bad-chunk=size", "bad-response", 2, "HTTP");
    row("chunks without an end", PLAIN + "&bad-chunk=end", "bad-response", 2, "HTTP");
    row("chunks of 2^62 bytes", PLAIN + "&bad-chunk=huge", "bad-response", 2, "HTTP");
    row("two lengths", PLAIN + "&bad-length=conflict", "bad-response", 2, "");
    row("a length below 0", PLAIN + "&bad-length=negative", "bad-response", 2, "");
    row("a length that is no number", PLAIN + "&bad-length=text", "bad-response", 2, "");
    row("a redirect to itself", "redirect=loop", "redirect", 1, "");
    row("redirects without end", "redirect=endless", "redirect", 1, "");
    at("a redirect from https to http", secure.httpsUrl("down?redirect=http"), "redirect", 1, "");
    at("https", secure.httpsUrl("https?" + PLAIN), "", 1, "");
  }

  private void times() throws IOException {
    at("a port where nobody accepts", deaf(), "connect", 1, "connecting took too long").once();
    at("a port where nobody speaks TLS", silent(), "connect", 1, "handshake took too long").once();
    Origin unknown = secureOrigin();
    at("a certificate that nobody trusts", unknown.httpsUrl("x"), "tls", 1, "certificate is");
    row("no answer", "latency=1h", "stalled", 1, "no answer for 3s").once();
    row("no more bytes", PLAIN + "&stall=1000", "stalled", 1, "no byte for 2s").once();
    row("a drip", PLAIN + "&rate=200", "stalled", 1, "less than").once();
    row(
        "a body too slow for one attempt",
        "size=3MiB&rate=20KiB",
        "deadline",
        1,
        "not done within");
    row(LATE, "size=3MiB&rate=20KiB", "deadline", 1, "the job's deadline");
  }

  /** A port whose row of connections that nobody accepts is full, so that no more come about. */
  private String deaf() throws IOException {
    var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    servers.add(server);
    ports.add(server.getLocalPort());
    for (int i = 0; i < 4; i++) {
      SocketChannel waiting = SocketChannel.open();
      servers.add(waiting);
      waiting.configureBlocking(false);
      waiting.connect(server.getLocalSocketAddress());
    }
    return "http://127.0.0.1:" + server.getLocalPort() + "/deaf";
  }

  private String silent() throws IOException {
    var server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    servers.add(server);
    ports.add(server.getLocalPort());
    return "https://127.0.0.1:" + server.getLocalPort() + "/silent";
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings = cluster.settings(folder.resolve("store"));
    settings.put(
        "fetch.allow-ports", ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    settings.put("fetch.allow-networks", "127.0.0.0/8,::1/128");
    settings.put("fetch.expect", "localhost=video/*");
    settings.put("fetch.max-bytes", "8MiB");
    settings.put(
        "fetch.tls-trust",
        Files.writeString(folder.resolve("trust.pem"), secure.certificate()).toString());
    settings.put("fetch.connect-timeout", "3s");
    settings.put("fetch.first-byte-timeout", "3s");
    settings.put("fetch.read-timeout", "2s");
    settings.put("fetch.min-speed", "1KiB");
    settings.put("fetch.min-speed-window", "3s");
    settings.put("fetch.total-timeout", "6s");
    settings.put("retry.max-attempts", "2");
    return settings;
  }

  @Test
  void each_ends_with_its_reason_and_none_leaves_a_file() throws Exception {
    lengths();
    contents();
    protocol();
    times();
    Path store = folder.resolve("store");
    try (TopicReader completions = cluster.read(cluster.topics.completions());
        Worker _ = TestCluster.start(settings())) {
      rows.get(LATE).with("deadline", Instant.now().plusSeconds(4).toString());
      cluster.send(
          rows.entrySet().stream()
              .map(row -> row.getValue().job().put("id", id(row.getKey())).toString())
              .toArray(String[]::new));
      eventually().until(() -> completions.jobs() == rows.size());

      var all = new SoftAssertions();
      rows.forEach((what, row) -> check(all, what, row, completions.of(id(what))));
      all.assertAll();
      eventually().untilAsserted(() -> assertThat(files(store.resolve(".haul/parts"))).isEmpty());
    }
    assertThat(new StoredFiles(store).names())
        .containsExactlyInAnyOrderElementsOf(
            rows.values().stream()
                .filter(row -> row.code().isEmpty())
                .map(row -> row.job().path("target").textValue())
                .toList());
  }

  private static void check(SoftAssertions all, String what, Row row, List<JsonNode> ends) {
    all.assertThat(ends).as(what).hasSize(1);
    JsonNode end = ends.getFirst();
    String code = end.path("error").path("code").asText();
    all.assertThat(code + " at attempt " + end.path("attempts"))
        .as("%s: %s", what, end)
        .isEqualTo(row.code() + " at attempt " + row.attempts());
    all.assertThat(end.path("error").path("message").asText())
        .as(what)
        .containsIgnoringCase(row.says());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }
}
