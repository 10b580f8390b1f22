package dev.haul.store;

import static dev.haul.store.S3Fixture.PART;
import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Published;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store against a server of S3 that somebody else wrote. */
class S3MockIT {
  @TempDir static Path folder;
  private static Process server;
  private static String endpoint;

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    endpoint = "http://127.0.0.1:" + port;
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("haul.test.s3mock"),
                "--server.port=0",
                "--http.port=" + port,
                "--server.address=127.0.0.1",
                "--com.adobe.testing.s3mock.store.initial-buckets=" + S3Fixture.BUCKET,
                "--com.adobe.testing.s3mock.store.root=" + folder)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("s3mock.log").toFile())
            .start();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> listens(port));
  }

  private static boolean listens(int port) {
    try (var _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    server.destroyForcibly();
  }

  @Test
  void files_arrive_are_compared_replaced_and_left_alone() {
    byte[] small = bytes(1000);
    byte[] large = bytes(3 * PART + 17);
    try (var store = new S3Fixture(endpoint, 1)) {
      for (byte[] content : new byte[][] {small, large, small, large}) {
        assertThat(store.publish(job("a/ü 日"), content)).isInstanceOf(Published.Stored.class);
        Hasher hasher = Hasher.of(Algorithm.SHA256);
        hasher.update(ByteBuffer.wrap(content));
        assertThat(store.find("a/ü 日", OptionalLong.of(content.length), hasher.checksum()))
            .isInstanceOf(Found.Same.class);
      }
      for (byte[] content : new byte[][] {small, large}) {
        DownloadJob job = job("a/ü 日", OptionalLong.empty(), null, IfExists.FAIL);
        assertThat(store.publish(job, content))
            .isInstanceOfSatisfying(
                Published.Refused.class,
                refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.TARGET_EXISTS));
      }
      assertThat(store.find("b", OptionalLong.of(1), null)).isEqualTo(new Found.Nothing());
    }
  }

  @Test
  void an_upload_goes_on_in_another_worker() {
    byte[] content = bytes(4 * PART + 17);
    DownloadJob job = job("f");
    Hasher md5 = Hasher.of(Algorithm.MD5);
    md5.update(ByteBuffer.wrap(content));
    try (var first = new S3Fixture(endpoint, 2)) {
      Part part = first.begin(job, content.length, new ToldDigest("Content-MD5", md5.checksum()));
      first.write(part, content, 0, 2 * PART + 99);
      await(part.keep());
    }
    try (var second = new S3Fixture(endpoint, 3)) {
      Part part = second.resume(job);
      assertThat(part.bytes()).isEqualTo(2 * PART + 99);
      second.write(part, content, (int) part.bytes(), content.length);
      assertThat(second.publish(job, part)).isInstanceOf(Published.Stored.class);
    }
  }
}
