package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.job.Target;
import dev.haul.origin.Origin;
import dev.haul.origin.s3.S3Double;
import dev.haul.origin.s3.S3Object;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transfer into a bucket that is cut 20 times, whose worker is killed, and whose server breaks
 * one in thirty of its answers.
 */
class S3CutIT {
  private static final long MIB = 1 << 20;

  /** By hand {@code -Dhaul.cut.mib=1024 -Dhaul.cut.kills=3}. */
  private static final long SIZE = Long.getLong("haul.cut.mib", 64) * MIB;

  private static final int KILLS = Integer.getInteger("haul.cut.kills", 1);
  private static final int CUTS = 20;

  /** Two parts without a checkpoint, four that are being sent, one that fills. */
  private static final long LOST_BY_A_KILL = 7 * 5 * MIB + 2 * MIB;

  @TempDir Path folder;

  @Test
  void arrives_whole_and_little_of_it_comes_twice() throws Exception {
    TestCluster cluster = TestCluster.shared(1);
    String file =
        "cut?size=%d&cut=%d*%d&rate=%d".formatted(SIZE, SIZE / CUTS, CUTS + KILLS, SIZE / 8);
    Path data = Files.createDirectory(folder.resolve("bucket"));
    try (Origin origin = Origin.start(InstantSource.system());
        S3Double bucket = S3Double.start(0, "haul", data, InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      bucket.shake(new Random(1), 30);
      Map<String, String> settings = cluster.settings(folder.resolve("evidence"));
      settings.put("stores.default.type", "s3");
      settings.put("stores.default.s3.bucket", "haul");
      settings.put("stores.default.s3.endpoint", bucket.endpoint());
      settings.put("stores.default.s3.access-key-id", "key");
      settings.put(
          "stores.default.s3.secret-key-file",
          Files.writeString(folder.resolve("secret"), "secret").toString());
      settings.put("stores.default.s3.part-size", "5MiB");
      settings.put("fetch.allow-ports", "" + origin.port());
      settings.put("retry.max-attempts", "100");
      settings.put("kafka.properties.session.timeout.ms", "6000");
      cluster.send(
          "{\"id\":\"cut\",\"url\":\"%s\",\"target\":\"cut\"}".formatted(origin.url(file)));
      for (int kill = 1; kill <= KILLS; kill++) {
        long enough = SIZE * kill / (KILLS + 1);
        try (WorkerProcess worker = WorkerProcess.start(settings)) {
          eventually().until(() -> origin.seen("cut").bytes() > enough);
          worker.kill();
        }
        cluster.forgetMembers();
      }
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> !completions.of("cut").isEmpty());
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }

      List<JsonNode> ends = completions.of("cut");
      assertThat(ends).hasSize(1);
      assertThat(ends.getFirst().path("outcome").textValue()).as("%s", ends).isEqualTo("completed");
      assertThat(ends.getFirst().path("location").textValue()).isEqualTo("s3://haul/cut");
      String told = ends.getFirst().path("checksum").textValue();
      assertThat(told).isEqualTo(origin.checksum(file).toString());
      assertThat(told).isEqualTo("sha256:" + sha256(bucket.object("cut")));
      assertThat(bucket.objects(Target.RESERVED_FOLDER + "/parts")).isEmpty();
      System.out.println(
          "%d bytes of a file of %d came in %d requests"
              .formatted(origin.seen("cut").bytes(), SIZE, origin.seen("cut").requests()));
      assertThat(origin.seen("cut").requests()).isGreaterThanOrEqualTo(CUTS);
      assertThat(origin.seen("cut").bytes()).isBetween(SIZE, SIZE + KILLS * LOST_BY_A_KILL);
    }
  }

  private String sha256(S3Object object) throws Exception {
    Path copy = folder.resolve("copy");
    object.writeTo(copy);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (var in = Files.newInputStream(copy)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
