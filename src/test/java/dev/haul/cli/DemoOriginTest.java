package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoOriginTest {
  private static final int FAST = 1 << 30;
  private static final DemoFile FILE = new DemoFile("a.bin", DemoFile.BLOCK + 1, FAST, 0);
  private static final DemoFile EMPTY = new DemoFile("empty.bin", 0, FAST, 0);
  private static final DemoFile FLAKY = new DemoFile("flaky.bin", 10, FAST, 2);

  private final HttpClient client = HttpClient.newHttpClient();
  private DemoOrigin origin;

  @BeforeEach
  void start() throws IOException {
    origin = DemoOrigin.start(List.of(FILE, EMPTY, FLAKY));
  }

  @AfterEach
  void close() {
    client.close();
    origin.close();
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(origin.url(path))).build(), BodyHandlers.ofByteArray());
  }

  @Test
  void hands_out_files_that_are_always_the_same() throws Exception {
    var content = new ByteArrayOutputStream();
    FILE.writeTo(content, () -> {});
    assertThat(get("a.bin").body()).isEqualTo(content.toByteArray());
    assertThat(get("empty.bin").body()).isEmpty();
  }

  @Test
  void knows_what_they_hash_to() {
    assertThat(EMPTY.checksum())
        .isEqualTo(
            Checksum.parse(
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    assertThat(FILE.checksum()).isEqualTo(FILE.checksum()).isNotEqualTo(FLAKY.checksum());
  }

  @Test
  void refuses_as_often_as_planned() throws Exception {
    assertThat(List.of(get("flaky.bin").statusCode(), get("flaky.bin").statusCode()))
        .containsExactly(503, 503);
    assertThat(get("flaky.bin").statusCode()).isEqualTo(200);
  }

  @Test
  void does_not_know_other_files() throws Exception {
    assertThat(get("b.bin").statusCode()).isEqualTo(404);
  }
}
