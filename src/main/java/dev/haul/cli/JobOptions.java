package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.IfExists;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says about jobs: it fills in what their lines leave out. */
final class JobOptions {
  @Option(names = "--id", paramLabel = "ID", description = "The job's id; for one job only.")
  @Nullable String id;

  @Option(
      names = "--target",
      paramLabel = "PATH",
      description = "Where the file goes in the store; for one job only.")
  @Nullable String target;

  @Option(
      names = "--target-prefix",
      paramLabel = "PATH",
      description = "A folder of the store for all jobs.")
  @Nullable String targetPrefix;

  @Option(
      names = "--checksum",
      paramLabel = "ALGORITHM:HEX",
      description = "What the file must hash to; for one job only.")
  @Nullable String checksum;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "The size it must have; for one job only.")
  @Nullable Long size;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description = "Where the same file is too; for one job only.")
  List<String> mirrors = List.of();

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of the requests; no secrets, see --credentials.")
  Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--credentials",
      paramLabel = "NAME",
      description = "An entry of the worker's configuration.")
  @Nullable String credentials;

  @Option(
      names = "--if-exists",
      paramLabel = "WHAT",
      description = "When the target is there: skip, replace or fail.")
  @Nullable IfExists ifExists;

  @Option(names = "--priority", paramLabel = "0-9", description = "9 goes first.")
  @Nullable Integer priority;

  @Option(names = "--tenant", paramLabel = "NAME", description = "For whom the jobs are.")
  @Nullable String tenant;

  @Option(names = "--not-before", paramLabel = "TIME", description = "No attempt before.")
  @Nullable Instant notBefore;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "No attempt after, such as 2026-11-24T00:00:00Z.")
  @Nullable Instant deadline;

  @Option(names = "--max-attempts", paramLabel = "N", description = "Attempts of each job.")
  @Nullable Integer maxAttempts;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "Copied into every event of the jobs.")
  Map<String, String> labels = new LinkedHashMap<>();

  /** Whether something is said that can be true of one job only. */
  boolean describesOneJob() {
    return id != null || target != null || checksum != null || size != null || !mirrors.isEmpty();
  }

  /** Fills in the fields that a job does not have yet. */
  void complete(ObjectNode job) {
    putIfAbsent(job, "id", id);
    putIfAbsent(job, "target", target);
    putIfAbsent(job, "checksum", checksum);
    putIfAbsent(job, "credentials", credentials);
    putIfAbsent(job, "tenant", tenant);
    putIfAbsent(job, "notBefore", notBefore);
    putIfAbsent(job, "deadline", deadline);
    putIfAbsent(
        job, "ifExists", ifExists == null ? null : ifExists.name().toLowerCase(Locale.ROOT));
    if (size != null && !job.has("size")) {
      job.put("size", size);
    }
    if (priority != null && !job.has("priority")) {
      job.put("priority", priority);
    }
    if (maxAttempts != null && !job.has("maxAttempts")) {
      job.put("maxAttempts", maxAttempts);
    }
    if (!mirrors.isEmpty() && !job.has("mirrors")) {
      mirrors.forEach(job.putArray("mirrors")::add);
    }
    putAllIfAbsent(job, "headers", headers);
    putAllIfAbsent(job, "labels", labels);
    prefixTarget(job);
  }

  private static void putIfAbsent(ObjectNode job, String field, @Nullable Object value) {
    if (value != null && !job.has(field)) {
      job.put(field, value.toString());
    }
  }

  private static void putAllIfAbsent(ObjectNode job, String field, Map<String, String> values) {
    if (!values.isEmpty() && (!job.has(field) || job.get(field).isObject())) {
      ObjectNode object = job.withObjectProperty(field);
      values.forEach((name, value) -> putIfAbsent(object, name, value));
    }
  }

  private void prefixTarget(ObjectNode job) {
    if (targetPrefix == null || !job.path("url").isTextual()) {
      return;
    }
    String path =
        job.has("target")
            ? job.get("target").asText()
            : Target.of(SourceUrl.parse(job.get("url").asText())).path();
    job.put("target", targetPrefix.endsWith("/") ? targetPrefix + path : targetPrefix + "/" + path);
  }
}
