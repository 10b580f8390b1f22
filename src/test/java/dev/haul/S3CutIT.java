package dev.haul;

import static dev.haul.CutTrial.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.job.Target;
import dev.haul.origin.s3.S3Double;
import dev.haul.origin.s3.S3Object;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transfer into a bucket that is cut 20 times, whose worker is killed, and whose server breaks
 * one in thirty of its answers.
 */
class S3CutIT {
  /** By hand {@code -Dhaul.cut.mib=1024 -Dhaul.cut.kills=3}. */
  private static final int KILLS = Integer.getInteger("haul.cut.kills", 1);

  /** Two parts without a checkpoint, four that are being sent, one that fills. */
  private static final long LOST_BY_A_KILL = 7 * 5 * MIB + 2 * MIB;

  @TempDir Path folder;

  @Test
  void arrives_whole_and_little_of_it_comes_twice() throws Exception {
    Path data = Files.createDirectory(folder.resolve("bucket"));
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    try (S3Double bucket = S3Double.start(0, "haul", data, InstantSource.system())) {
      bucket.shake(new Random(1), 30);
      JsonNode end =
          new CutTrial(KILLS, 8, KILLS * LOST_BY_A_KILL)
              .run(
                  folder.resolve("evidence"),
                  Map.of(
                      "stores.default.type", "s3",
                      "stores.default.s3.bucket", "haul",
                      "stores.default.s3.endpoint", bucket.endpoint(),
                      "stores.default.s3.access-key-id", "key",
                      "stores.default.s3.secret-key-file", secret.toString(),
                      "stores.default.s3.part-size", "5MiB"));

      assertThat(end.path("location").textValue()).isEqualTo("s3://haul/" + CutTrial.TARGET);
      assertThat(end.path("checksum").textValue())
          .isEqualTo("sha256:" + sha256(bucket.object(CutTrial.TARGET)));
      assertThat(bucket.objects(Target.RESERVED_FOLDER + "/parts")).isEmpty();
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
