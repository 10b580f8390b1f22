package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
  @TempDir static Path folder;
  private static TestCertificate certificate = new TestCertificate(Path.of("."), Path.of("."));
  private FetchBench bench;
  private TestProxy proxy;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.create(folder);
  }

  @BeforeEach
  void start() throws Exception {
    bench = new FetchBench(true);
    bench.tlsTrust = certificate.pem();
    proxy = new TestProxy();
    use("http");
    bench.lookup =
        host -> {
          if (host.equals("files.example") || host.equals("localhost")) {
            // With its name, as the JDK does.
            return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
          }
          throw new UnknownHostException(host);
        };
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    proxy.close();
  }

  private void use(String scheme) {
    bench.proxy = scheme + "://127.0.0.1:" + proxy.port();
  }

  private int serve() {
    String origin = bench.serve(request -> request.response().end(request.getHeader("host")));
    return Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
  }

  private int serveTls() {
    return bench.listen(
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(certificate.keyStore()),
        request -> request.response().end(request.version().name()));
  }

  @ParameterizedTest
  @CsvSource({
    "http, false, CONNECT 127.0.0.1:PORT HTTP/1.1",
    "http, true, GET http://files.example:PORT/f HTTP/1.1",
    "socks5, false, socks5 127.0.0.1:PORT",
    "socks5, true, socks5 files.example:PORT"
  })
  void a_file_over_http_comes_through_the_proxy(String scheme, boolean resolves, String asked) {
    use(scheme);
    bench.proxyResolves = resolves;
    int port = serve();

    assertThat(bench.content(bench.fetch("http://files.example:" + port + "/f?x=1")))
        .asString()
        .isEqualTo("files.example:" + port);
    assertThat(proxy.asked())
        .containsExactly(asked.replace("PORT", String.valueOf(port)).replace("/f ", "/f?x=1 "));
  }

  @ParameterizedTest
  @CsvSource({
    "http, false, CONNECT 127.0.0.1:PORT HTTP/1.1",
    "http, true, CONNECT localhost:PORT HTTP/1.1",
    "socks5, false, socks5 127.0.0.1:PORT",
    "socks5, true, socks5 localhost:PORT"
  })
  void a_file_over_https_comes_through_a_tunnel(String scheme, boolean resolves, String asked) {
    use(scheme);
    bench.proxyResolves = resolves;
    int port = serveTls();

    assertThat(bench.content(bench.fetch("https://localhost:" + port + "/f")))
        .asString()
        .isEqualTo("HTTP_2");
    assertThat(proxy.asked()).containsExactly(asked.replace("PORT", String.valueOf(port)));
  }

  @ParameterizedTest
  @CsvSource({"http, false", "http, true", "socks5, false"})
  void a_proxy_that_asks_gets_user_and_password(String scheme, boolean resolves) throws Exception {
    proxy.requireLogin("me:s3cret");
    bench.proxy = scheme + "://me@127.0.0.1:" + proxy.port();
    bench.proxySecret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    bench.proxyResolves = resolves;
    int port = serve();

    bench.content(bench.fetch("http://files.example:" + port + "/f"));

    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString("me:s3cret".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(proxy.asked())
        .singleElement()
        .asString()
        .endsWith(scheme.equals("http") ? basic : "me:s3cret");
  }

  @Test
  void a_proxy_that_wants_a_log_in_is_told_of() {
    proxy.requireLogin("me:s3cret");
    int port = serveTls();

    assertThat(bench.failure("https://localhost:" + port + "/f"))
        .isEqualTo(
            Failure.of(
                ErrorCode.CONNECT,
                "https://localhost:" + port + "/f: the proxy made no connection: it answered 407"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5"})
  void a_refusal_of_the_proxy_is_told_without_its_words(String scheme) {
    use(scheme);
    int port = serveTls();
    proxy.refuse("127.0.0.1:" + port);

    assertThat(bench.failure("https://localhost:" + port + "/f").message())
        .startsWith("https://localhost:" + port + "/f: the proxy made no connection")
        .doesNotContain("secret-reason");
  }

  @Test
  void a_proxy_that_is_not_there_is_told_of() throws Exception {
    proxy.close();

    assertThat(bench.failure("http://files.example/f"))
        .isEqualTo(
            Failure.of(
                ErrorCode.CONNECT,
                "http://files.example/f: connection refused, by way of the proxy"));
  }

  @Test
  void addresses_are_judged_before_the_proxy_is_asked() {
    bench.allowNetworks = List.of();
    serve();

    assertThat(bench.failure("http://files.example/f").code())
        .isEqualTo(ErrorCode.FORBIDDEN_ADDRESS);
    assertThat(proxy.asked()).isEmpty();
  }

  @Test
  void names_that_are_left_to_the_proxy_are_not_looked_up_here_but_addresses_are_judged() {
    bench.allowNetworks = List.of();
    bench.proxyResolves = true;
    int port = serve();

    assertThat(bench.content(bench.fetch("http://only.the.proxy.knows:" + port + "/f")))
        .asString()
        .isEqualTo("only.the.proxy.knows:" + port);
    assertThat(bench.fetch("http://10.0.0.1/f"))
        .isInstanceOfSatisfying(
            dev.haul.pipeline.FetchResult.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(ErrorCode.FORBIDDEN_ADDRESS));
    assertThat(proxy.asked()).hasSize(1);
  }

  @Test
  void a_host_of_the_list_is_reached_directly() {
    bench.noProxy = List.of("example");
    int port = serve();

    bench.content(bench.fetch("http://files.example:" + port + "/f"));

    assertThat(proxy.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://proxy:3128", "socks5://me@proxy.example:1080", "http://[::1]:3128"})
  void a_proxy_is_written_as_it_is_read(String text) {
    assertThat(Proxy.parse(text)).asString().isEqualTo(text);
  }

  @Test
  void a_password_in_the_address_is_refused_and_not_shown() {
    assertThatThrownBy(() -> Proxy.parse("http://me:s3cret@proxy:3128"))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("fetch.proxy must be http://host:port or socks5://host:port")
        .hasMessageNotContaining("s3cret");
  }
}
