package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.kafka.JobDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that are fit to be sent, all of them: one bad line and none is.
 *
 * @param repeated lines that said the same as an earlier one and were left out
 */
record Submission(List<DownloadJob> jobs, int repeated) {
  /** A job and where it stands. */
  private record Entry(DownloadJob job, String source) {}

  private static final JobId UNNAMED = new JobId("unnamed");
  private static final int DERIVED_DIGITS = 24;

  Submission {
    jobs = List.copyOf(jobs);
  }

  /**
   * Checks what the lines say.
   *
   * @throws InvalidInput naming every line that is no valid job, or that writes to the target or
   *     has the id of another one
   */
  static Submission of(List<JobLine> lines, JobOptions options) {
    if (lines.isEmpty()) {
      throw new InvalidInput("there is no job in the input");
    }
    if (lines.size() > 1 && options.describesOneJob()) {
      throw new InvalidInput(
          "--id, --target, --checksum, --size and --mirror are for one job, but there are "
              + lines.size());
    }
    var jobs = new ArrayList<DownloadJob>(lines.size());
    var errors = new ArrayList<String>();
    Map<JobId, Entry> ids = new HashMap<>();
    Map<String, Entry> targets = new HashMap<>();
    int repeated = 0;
    for (JobLine line : lines) {
      try {
        options.complete(line.fields());
        DownloadJob job = read(line.fields());
        var entry = new Entry(job, line.source());
        Entry namesake = ids.putIfAbsent(job.id(), entry);
        if (namesake != null && namesake.job().equals(job)) {
          repeated++;
          continue;
        }
        refuse(namesake, "id", job.id().value());
        refuse(
            targets.putIfAbsent(job.store() + "/" + job.target(), entry),
            "target",
            job.target().path());
        jobs.add(job);
      } catch (InvalidField e) {
        errors.add(line.source() + ": " + e.getMessage());
      }
    }
    if (!errors.isEmpty()) {
      throw new InvalidInput(errors);
    }
    return new Submission(jobs, repeated);
  }

  private static void refuse(@Nullable Entry earlier, String field, String value) {
    if (earlier != null) {
      throw new InvalidField(field, "'" + value + "' is that of " + earlier.source() + " too");
    }
  }

  private static DownloadJob read(ObjectNode fields) {
    DownloadJob job = JobDecoder.parse(bytes(fields), UNNAMED);
    return fields.has("id") ? job : JobDecoder.parse(bytes(fields), derivedId(job));
  }

  private static byte[] bytes(ObjectNode fields) {
    return fields.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The same for the same URL, store and target, so that sending a list again names the same jobs.
   */
  static JobId derivedId(DownloadJob job) {
    try {
      String text = job.url().text() + "\n" + job.store() + "\n" + job.target();
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new JobId(HexFormat.of().formatHex(digest).substring(0, DERIVED_DIGITS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
