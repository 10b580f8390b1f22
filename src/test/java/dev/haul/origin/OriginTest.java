package dev.haul.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.job.Checksum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private Origin origin;

  @BeforeEach
  void start() throws IOException {
    origin = Origin.start(CLOCK);
  }

  @AfterEach
  void close() {
    client.close();
    origin.close();
  }

  private HttpResponse<byte[]> get(String file, String... headers) throws Exception {
    return send(origin.url(file), headers);
  }

  private HttpResponse<byte[]> send(String url, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private JsonNode page(String name) throws Exception {
    return new ObjectMapper()
        .readTree(send(origin.url("").replace("/file/", "/_haul/" + name)).body());
  }

  /** What comes over the wire until the origin closes the connection. */
  private String raw(String file, String... headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), origin.port())) {
      String request =
          "GET /file/%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
              .formatted(file, String.join("", Arrays.asList(headers)));
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      var all = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(all);
      return all.toString(ISO_8859_1);
    }
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Nested
  class A_file {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 65_535, 65_536, 65_537, 3_000_001})
    void has_the_digest_that_the_origin_tells(int size) throws Exception {
      byte[] body = get("a?size=" + size).body();
      assertThat(body).hasSize(size);
      assertThat(origin.checksum("a?size=" + size))
          .isEqualTo(new Checksum(Checksum.Algorithm.SHA256, sha256(body)));
      String url = origin.url("a?size=" + size).replace("/file/", "/_haul/sha256/file/");
      assertThat(send(url).body()).asString().isEqualTo(sha256(body) + "  /file/a\n");
    }

    @Test
    void has_other_bytes_at_each_place() throws Exception {
      byte[] body = get("a?size=1MiB").body();
      var seen = new java.util.HashSet<String>();
      for (int at = 0; at < body.length; at += 64) {
        seen.add(HexFormat.of().formatHex(body, at, at + 64));
      }
      assertThat(seen).hasSize(body.length / 64);
    }

    @Test
    void is_another_than_that_of_another_path_unless_they_share_a_seed() throws Exception {
      assertThat(get("a").body()).isNotEqualTo(get("b").body());
      assertThat(get("a?seed=x").body()).isEqualTo(get("b?seed=x").body());
    }

    @ParameterizedTest
    @CsvSource({
      "bytes=0-0, 0, 1",
      "bytes=10-19, 10, 20",
      "bytes=65530-65545, 65530, 65546",
      "bytes=99990-, 99990, 100000",
      "bytes=-10, 99990, 100000",
      "bytes=99999-200000, 99999, 100000",
      "bytes=-200000, 0, 100000"
    })
    void is_served_in_parts(String range, int from, int to) throws Exception {
      byte[] whole = get("a?size=100000").body();
      HttpResponse<byte[]> part = get("a?size=100000", "Range", range);
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.headers().firstValue("content-range"))
          .hasValue("bytes %d-%d/100000".formatted(from, to - 1));
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100000-", "bytes=-0", "bytes=0-1,5-6"})
    void has_no_part_elsewhere(String range) throws Exception {
      HttpResponse<byte[]> part = get("a?size=100000", "Range", range);
      assertThat(part.statusCode()).isEqualTo(416);
      assertThat(part.headers().firstValue("content-range")).hasValue("bytes */100000");
    }

    @Test
    void is_served_in_parts_only_as_long_as_it_is_the_same() throws Exception {
      String etag = get("a").headers().firstValue("etag").orElseThrow();
      String date = get("a").headers().firstValue("last-modified").orElseThrow();
      assertThat(get("a", "Range", "bytes=1-", "If-Range", etag).statusCode()).isEqualTo(206);
      assertThat(get("a", "Range", "bytes=1-", "If-Range", date).statusCode()).isEqualTo(206);
      assertThat(get("a", "Range", "bytes=1-", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
      String weak = get("a?etag=weak").headers().firstValue("etag").orElseThrow();
      assertThat(get("a?etag=weak", "Range", "bytes=1-", "If-Range", weak).statusCode())
          .isEqualTo(200);
    }

    @Test
    void may_change() throws Exception {
      HttpResponse<byte[]> before = get("a?change-after=1");
      Checksum told = origin.checksum("a?change-after=1");
      HttpResponse<byte[]> after = get("a?change-after=1");
      assertThat(after.body()).isNotEqualTo(before.body());
      assertThat(told.hex()).isEqualTo(sha256(after.body()));
      assertThat(after.headers().firstValue("etag"))
          .isNotEqualTo(before.headers().firstValue("etag"));
      assertThat(get("b?etag=changing").headers().firstValue("etag"))
          .isNotEqualTo(get("b?etag=changing").headers().firstValue("etag"));
    }

    @Test
    void may_have_digests() throws Exception {
      HttpResponse<byte[]> answer = get("a?digest=repr-digest,content-md5&wrong-digest=true*1");
      String wrong = answer.headers().firstValue("repr-digest").orElseThrow();
      String right = get("a?digest=repr-digest").headers().firstValue("repr-digest").orElseThrow();
      assertThat(right).isNotEqualTo(wrong);
      String base64 = right.substring("sha-256=:".length(), right.length() - 1);
      assertThat(HexFormat.of().formatHex(java.util.Base64.getDecoder().decode(base64)))
          .isEqualTo(sha256(answer.body()));
      assertThat(answer.headers().firstValue("content-md5")).isPresent();
    }
  }

  @Nested
  class A_fault {
    @Test
    void may_hold_for_the_first_requests_only() throws Exception {
      String file = "a?status=503*2&retry-after=7";
      assertThat(get(file).statusCode()).isEqualTo(503);
      assertThat(get(file).headers().firstValue("retry-after")).hasValue("7");
      assertThat(get(file).statusCode()).isEqualTo(200);
    }

    @Test
    void of_all_urls_is_taken_back_by_an_empty_one() throws Exception {
      var faults = Faults.parse(Map.of("status", "404", "size", "5"));
      try (Origin other =
          Origin.start(new OriginSettings("127.0.0.1", 0, 0, OptionalInt.empty(), faults), CLOCK)) {
        assertThat(send(other.url("a")).statusCode()).isEqualTo(404);
        assertThat(send(other.url("a?status=")).body()).hasSize(5);
      }
    }

    @Test
    void that_is_unknown_is_refused_unless_it_is_the_callers() throws Exception {
      assertThat(get("a?statsu=404").statusCode()).isEqualTo(400);
      assertThat(get("a?size=many").body()).asString().startsWith("size must be a size");
      assertThat(get("a?X-Amz-Signature=secret").statusCode()).isEqualTo(200);
    }

    @Test
    void tells_a_date_to_come_back_at() throws Exception {
      assertThat(get("a?status=429&retry-date=90").headers().firstValue("retry-after"))
          .hasValue("Mon, 23 Nov 2026 12:01:30 GMT");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "size=100&cut=10 | Content-Length: 100 | 10",
          "size=100&cut-at=10 | Content-Length: 100 | 10",
          "size=100&wrong-length=7&close=true | Content-Length: 107 | 100",
          "size=100&wrong-length=-7 | Content-Length: 93 | 100",
          "size=100&framing=close | Connection: close | 100",
          "size=100&bad-length=conflict | Content-Length: 101 | 100",
          "size=100&bad-length=negative | Content-Length: -100 | 100",
          "size=100&bad-length=text | Content-Length: many | 100"
        })
    void breaks_the_body(String query, String header, int bytes) throws Exception {
      String answer = raw("a?" + query);
      assertThat(answer).startsWith("HTTP/1.1 200 ").contains(header + "\r\n");
      assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(bytes);
    }

    @Test
    void cuts_each_answer_where_it_began() throws Exception {
      assertThat(raw("a?size=100&cut=10", "Range: bytes=50-\r\n")).contains("bytes 50-99/100");
      assertThat(raw("a?size=100&cut-at=60", "Range: bytes=50-\r\n").split("\r\n\r\n", -1)[1])
          .hasSize(10);
      assertThat(raw("a?size=100&cut-at=10", "Range: bytes=50-\r\n").split("\r\n\r\n", -1)[1])
          .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"size, many", "huge, 4000000000000000"})
    void breaks_chunks(String fault, String size) throws Exception {
      assertThat(raw("a?close=true&bad-chunk=" + fault)).contains("\r\n" + size + "\r\n");
    }

    @Test
    void closes_without_an_answer() throws Exception {
      assertThat(raw("a?drop=true")).isEmpty();
      assertThat(raw("a?garbage=true")).isEqualTo("this is no HTTP\r\n\r\n");
    }

    @Test
    void floods_with_headers() throws Exception {
      assertThat(raw("a?size=0&close=true&header-bomb=100000").length()).isGreaterThan(100_000);
      assertThat(raw("a?size=0&close=true&interim=3").split("HTTP/1.1 103", -1)).hasSize(4);
    }

    @Test
    void sends_something_else() throws Exception {
      HttpResponse<byte[]> page = get("a?html=true&type=video/mp4");
      assertThat(page.body()).asString().startsWith("<!DOCTYPE html>");
      assertThat(page.headers().firstValue("content-type")).hasValue("video/mp4");
      HttpResponse<byte[]> encoded = get("a?encoding=gzip");
      assertThat(encoded.headers().firstValue("content-encoding")).hasValue("gzip");
      assertThat(new GZIPInputStream(new ByteArrayInputStream(encoded.body())).readAllBytes())
          .isEqualTo(get("a").body());
      byte[] corrupt = get("a?corrupt=70000").body();
      assertThat(Arrays.mismatch(corrupt, get("a").body())).isEqualTo(70_000);
    }

    @Test
    void ignores_or_refuses_ranges() throws Exception {
      assertThat(get("a?ranges=off", "Range", "bytes=1-").statusCode()).isEqualTo(200);
      assertThat(get("a?ranges=refused", "Range", "bytes=1-").statusCode()).isEqualTo(416);
      assertThat(
              get("a?size=10&content-range=shifted", "Range", "bytes=1-2")
                  .headers()
                  .firstValue("content-range"))
          .hasValue("bytes 2-3/11");
    }

    @Test
    void lets_a_limited_number_through() throws Exception {
      List<Integer> statuses =
          List.of(
              get("a?limit=1&burst=2").statusCode(),
              get("b?limit=1&burst=2").statusCode(),
              get("c?limit=1&burst=2&limit-status=503").statusCode());
      assertThat(statuses).containsExactly(200, 200, 503);
    }

    @Test
    void stalls_until_it_is_released() throws Exception {
      var answer =
          client.sendAsync(
              HttpRequest.newBuilder(URI.create(origin.url("a?size=100&stall=10"))).build(),
              BodyHandlers.ofByteArray());
      while (origin.seen("a").bytes() < 10) {
        Thread.onSpinWait();
      }
      assertThat(origin.requests("a")).singleElement().matches(seen -> !seen.ended());
      assertThat(answer).isNotDone();
      origin.release("a");
      assertThat(answer.join().body()).hasSize(100);
    }

    @Test
    void notices_a_client_that_leaves_a_stall() throws Exception {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), origin.port())) {
        socket.getOutputStream().write("GET /file/a?stall=0 HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
        while (origin.seen("a").atOnce() == 0) {
          Thread.onSpinWait();
        }
      }
      while (origin.seen("a").atOnce() > 0) {
        Thread.onSpinWait();
      }
    }

    @Test
    void slows_down() throws Exception {
      long start = System.nanoTime();
      assertThat(get("a?size=50000&rate=100000").body()).hasSize(50_000);
      assertThat(System.nanoTime() - start).isGreaterThan(400_000_000);
    }
  }

  @Nested
  class A_redirect {
    private String location(String file) throws Exception {
      HttpResponse<byte[]> answer = get(file);
      assertThat(answer.statusCode()).isEqualTo(302);
      return answer.headers().firstValue("location").orElseThrow();
    }

    @Test
    void may_be_a_chain() throws Exception {
      assertThat(location("a?redirect=2&size=5")).isEqualTo("/file/a?redirect=1&size=5");
      assertThat(location("a?redirect=1&size=5")).isEqualTo("/file/a?redirect=&size=5");
      assertThat(get("a?redirect=&size=5").body()).hasSize(5);
    }

    @Test
    void may_never_end() throws Exception {
      assertThat(location("a?redirect=loop")).isEqualTo("/file/a?redirect=loop");
      assertThat(location("a?redirect=endless&x-hop=1"))
          .isEqualTo("/file/a?redirect=endless&x-hop=11");
    }

    @Test
    void may_lead_to_another_origin_which_remembers_what_it_got() throws Exception {
      String to = location("a?redirect=other&size=5");
      assertThat(to).isEqualTo(origin.otherUrl("a?redirect=&size=5"));
      assertThat(send(to, "X-Api-Key", "k").body()).hasSize(5);
      assertThat(origin.requests("a").getLast())
          .satisfies(seen -> {
            assertThat(seen.port()).isEqualTo(origin.otherPort());
            assertThat(seen.headers()).containsEntry("x-api-key", "k");
          });
      assertThat(location("a?redirect=http%3A%2F%2F169.254.169.254%2F"))
          .isEqualTo("http://169.254.169.254/");
    }
  }

  @Test
  void what_came_can_be_read() throws Exception {
    get("a?size=1000");
    get("a?size=1000&status=503");
    get("a?size=1000", "Range", "bytes=0-9");
    while (origin.requests("a").stream().anyMatch(each -> !each.ended())) {
      Thread.onSpinWait();
    }
    JsonNode path = page("paths").path("/file/a");
    assertThat(path.path("requests").intValue()).isEqualTo(3);
    assertThat(path.path("bytes").longValue()).isEqualTo(1010 + "503, as the URL asks\n".length());
    assertThat(path.path("mostAtOnce").intValue()).isOne();
    assertThat(path.path("statuses").toString()).isEqualTo("{\"200\":1,\"206\":1,\"503\":1}");
    assertThat(path.path("ranges").toString()).isEqualTo("[\"bytes=0-9\"]");
    assertThat(page("requests").get(2).path("headers").path("range").textValue())
        .isEqualTo("bytes=0-9");
    assertThat(page("seconds").findValues("refused").stream().mapToInt(JsonNode::intValue).sum())
        .isOne();
    assertThat(page("connections").path("open").intValue()).isOne();
    origin.reset();
    assertThat(origin.paths()).isEmpty();
  }

  @Test
  void https_has_a_certificate_that_can_be_trusted() throws Exception {
    var settings = new OriginSettings("127.0.0.1", 0, 0, OptionalInt.of(0), Faults.NONE);
    try (Origin secure = Origin.start(settings, CLOCK);
        HttpClient trusting =
            HttpClient.newBuilder().sslContext(trusting(secure.certificate())).build()) {
      for (String host : List.of("127.0.0.1", "localhost")) {
        String url = secure.httpsUrl("a?size=3000000").replace("127.0.0.1", host);
        var request = HttpRequest.newBuilder(URI.create(url)).build();
        byte[] body = trusting.send(request, BodyHandlers.ofByteArray()).body();
        assertThat(sha256(body)).isEqualTo(secure.checksum("a?size=3000000").hex());
      }
      var down = HttpRequest.newBuilder(URI.create(secure.httpsUrl("a?redirect=http"))).build();
      assertThat(trusting.send(down, BodyHandlers.discarding()).headers().firstValue("location"))
          .hasValue(secure.url("a?redirect="));
    }
  }

  private static SSLContext trusting(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "origin",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(ISO_8859_1))));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void what_is_no_file_is_not_found() throws Exception {
    HttpResponse<byte[]> answer = send(origin.url("").replace("/file/", "/other"));
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).asString().startsWith("Files are below /file/");
  }
}
