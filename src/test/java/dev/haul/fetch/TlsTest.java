package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.pipeline.FetchResult;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

@ParameterizedClass(name = "fast path {0}, native TLS {1}")
@CsvSource({"true, true", "false, true", "true, false"})
class TlsTest {
  @Parameter(0)
  boolean fastPath;

  @Parameter(1)
  boolean nativeTls;

  @TempDir Path folder;
  @TempDir static Path certificates;
  private static TestCertificate certificate = new TestCertificate(Path.of("."), Path.of("."));
  private FetchBench bench;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.create(certificates);
  }

  @BeforeEach
  void start() {
    bench = new FetchBench(fastPath);
    bench.nativeTls = nativeTls;
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private String serve(Buffer body) {
    var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyStore());
    return "https://localhost:"
        + bench.listen(options, request -> request.response().end(body))
        + "/file";
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused() {
    String url = serve(Buffer.buffer("hello"));

    assertThat(bench.failure(url + "?secret"))
        .isEqualTo(
            Failure.of(
                ErrorCode.TLS, url + ": TLS handshake failed: the certificate is not trusted"));
  }

  @Test
  void a_certificate_of_the_trust_file_is_accepted() {
    bench.tlsTrust = certificate.pem();
    byte[] body = new byte[3_000_000];
    new Random(1).nextBytes(body);
    String url = serve(Buffer.buffer(body));

    assertThat(bench.content(bench.fetch(url))).isEqualTo(body);
  }

  @Test
  void a_full_part_stops_the_reading_of_tls_too() throws Exception {
    bench.tlsTrust = certificate.pem();
    bench.store.holdBytes(64 * 1024);
    byte[] body = new byte[5_000_000];
    new Random(2).nextBytes(body);
    var result =
        bench.begin(
            FetchBench.job(serve(Buffer.buffer(body))), io.vertx.core.Future.future(_ -> {}));

    while (!result.isComplete()) {
      bench.store.parts().stream().filter(FakePart::isFull).forEach(FakePart::drain);
      Thread.onSpinWait();
    }

    assertThat(bench.content(bench.await(result))).isEqualTo(body);
  }

  /** Answers without a length, and closes the connection with the words of TLS or without. */
  private String serveToTheEnd(boolean says) {
    var options = new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyStore());
    int port =
        bench.await(
            bench
                .vertx
                .createNetServer(options)
                .connectHandler(socket ->
                    socket.handler(_ ->
                        socket
                            .write("HTTP/1.1 200 OK\r\n\r\nhello")
                            .onComplete(_ -> close((NetSocketInternal) socket, says))))
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    bench.allowPort(port);
    return "https://localhost:" + port + "/file";
  }

  private static void close(NetSocketInternal socket, boolean says) {
    if (says) {
      socket.close();
    } else {
      var _ = socket.channelHandlerContext().pipeline().context(SslHandler.class).close();
    }
  }

  @Test
  void a_body_without_a_length_may_have_been_cut_unless_tls_says_that_it_ends() {
    bench.tlsTrust = certificate.pem();
    String cut = serveToTheEnd(false);

    assertThat(bench.content(bench.fetch(serveToTheEnd(true)))).asString().isEqualTo("hello");
    assertThat(bench.fetch(cut))
        .isEqualTo(
            new FetchResult.Failed(
                Failure.of(ErrorCode.INTERRUPTED, cut + ": connection closed after 5 bytes"),
                5,
                "localhost"));
    assertThat(bench.content(bench.fetch(FetchBench.job(cut, OptionalLong.of(5), Map.of()))))
        .asString()
        .isEqualTo("hello");
    // The store compares it: a body that was cut would not have it.
    Checksum md5 = Checksum.parse("md5:5d41402abc4b2a76b9719d911017c592");
    assertThat(bench.content(bench.fetch(FetchBench.job(cut, md5)))).asString().isEqualTo("hello");
  }

  @Test
  void a_certificate_for_another_name_is_refused() {
    bench.tlsTrust = certificate.pem();
    String url = serve(Buffer.buffer("hello")).replace("localhost", "127.0.0.1");

    assertThat(bench.failure(url).message())
        .endsWith("TLS handshake failed: the certificate is for another name");
  }

  @Test
  void a_server_that_never_shakes_hands_is_left_in_time() {
    bench.connectTimeout = Duration.ofMillis(500);
    Promise<Void> closed = Promise.promise();
    String url =
        bench
            .serveSocket(socket -> {
              socket.handler(_ -> {});
              socket.closeHandler(_ -> closed.tryComplete());
            })
            .replace("http", "https");

    assertThat(bench.failure(url + "/f"))
        .isEqualTo(Failure.of(ErrorCode.CONNECT, url + "/f: the TLS handshake took too long"));
    bench.await(closed.future());
  }

  @Test
  void a_connection_that_closes_during_the_handshake_may_be_made_again() {
    String url = bench.serveRaw(true).replace("http", "https");

    assertThat(bench.failure(url + "/f"))
        .isEqualTo(
            Failure.of(ErrorCode.CONNECT, url + "/f: connection closed during the TLS handshake"));
  }

  @Test
  void a_server_that_speaks_no_tls_is_told() {
    String url = bench.serveRaw(false, "HTTP/1.1 200 OK\r\n\r\n").replace("http", "https");

    assertThat(bench.failure(url).code()).isEqualTo(ErrorCode.TLS);
  }

  @Test
  void a_redirect_from_https_to_http_is_refused() {
    bench.tlsTrust = certificate.pem();
    String plain = bench.serve(request -> request.response().end("hello"));
    var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyStore());
    int port =
        bench.listen(
            options,
            request -> request.response().setStatusCode(302).putHeader("location", plain).end());

    assertThat(bench.failure("https://localhost:" + port + "/").code())
        .isEqualTo(ErrorCode.REDIRECT);
  }

  @Test
  void a_trust_file_without_certificates_is_refused_at_start() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.pem"));

    assertThatThrownBy(() -> TlsTrust.with(empty))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("fetch.tls-trust must be a PEM file of certificates");
  }
}
