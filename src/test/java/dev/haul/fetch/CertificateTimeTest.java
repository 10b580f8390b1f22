package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "native TLS {0}")
@ValueSource(booleans = {true, false})
class CertificateTimeTest {
  @Parameter boolean nativeTls;
  @TempDir static Path folder;
  private static TestAuthority authority = new TestAuthority(Path.of("."));
  private final FetchBench bench = new FetchBench(true);

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = TestAuthority.create(folder);
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private String serve(String start) throws Exception {
    TestCertificate certificate = authority.sign(start);
    bench.tlsTrust = certificate.pem();
    bench.nativeTls = nativeTls;
    var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyStore());
    return "https://localhost:" + bench.listen(options, request -> request.response().end("hello"));
  }

  @ParameterizedTest
  @CsvSource({"-20d, the certificate has expired", "+5d, the certificate is not valid yet"})
  void a_certificate_of_another_time_is_refused(String start, String reason) throws Exception {
    String url = serve(start);

    assertThat(bench.failure(url))
        .isEqualTo(Failure.of(ErrorCode.TLS, url + ": TLS handshake failed: " + reason));
  }

  @Test
  void a_certificate_of_this_time_is_accepted() throws Exception {
    assertThat(bench.content(bench.fetch(serve("-1d")))).asString().isEqualTo("hello");
  }
}
