package dev.haul.pipeline;

import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Under what the part of a job is kept, the same at each of its attempts, in whichever worker. A
 * job that is published again with another URL starts anew.
 *
 * @param partition that the job's record came from: whoever owns it owns the part
 */
public record PartKey(Partition partition, JobId id, SourceUrl url) {
  private static final int NAME_BYTES = 16;

  /** 32 hexadecimal digits, the same for the same job. */
  public String name() {
    return digest(id.value() + "\n" + url.text());
  }

  /** A short name for a text, which tells nothing of it. */
  public static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256", e);
    }
  }
}
