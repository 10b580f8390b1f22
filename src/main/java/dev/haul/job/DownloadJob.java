package dev.haul.job;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One download, as asked for by a record of the job topic. A value of this type is valid: its
 * constructor refuses everything else.
 *
 * @param url where the file is
 * @param mirrors where the same file is too, in order of preference; at most 16
 * @param target where it goes, below the root of the store
 * @param store name of the store
 * @param size the bytes it must have, if known
 * @param checksum the digest it must have, null if unknown
 * @param headers sent with the request, to the origins of the job's own URLs only
 * @param credentials name of an entry of the worker's configuration, null for none
 * @param priority 0 (last) to 9 (first)
 * @param tenant for whom, null for nobody in particular
 * @param notBefore no attempt before this, null for at once
 * @param deadline no attempt after this, null for none
 * @param maxAttempts overrides the worker's setting, if present
 * @param labels copied to every event; at most 64, with names of at most 128 characters and values
 *     of at most 1024
 */
public record DownloadJob(
    JobId id,
    SourceUrl url,
    List<SourceUrl> mirrors,
    Target target,
    String store,
    OptionalLong size,
    @Nullable Checksum checksum,
    Map<String, String> headers,
    @Nullable String credentials,
    IfExists ifExists,
    int priority,
    @Nullable String tenant,
    @Nullable Instant notBefore,
    @Nullable Instant deadline,
    OptionalInt maxAttempts,
    Map<String, String> labels) {

  public static final String DEFAULT_STORE = "default";
  public static final int DEFAULT_PRIORITY = 5;
  private static final int MAX_MIRRORS = 16;
  private static final int MAX_LABELS = 64;
  private static final int MAX_NAME = 128;
  private static final int MAX_LABEL = 1024;

  /**
   * @throws InvalidField naming the first field that breaks its rule
   */
  public DownloadJob {
    mirrors = List.copyOf(mirrors);
    headers = Map.copyOf(headers);
    labels = Map.copyOf(labels);
    require(mirrors.size() <= MAX_MIRRORS, "mirrors", mirrors.size(), "must be at most 16 URLs");
    requireName("store", store);
    requireName("credentials", credentials);
    requireName("tenant", tenant);
    require(
        size.isEmpty() || size.getAsLong() >= 0,
        "size",
        size.orElse(0),
        "must be at least 0 bytes");
    require(priority >= 0 && priority <= 9, "priority", priority, "must be from 0 to 9");
    require(
        maxAttempts.isEmpty() || (maxAttempts.getAsInt() >= 1 && maxAttempts.getAsInt() <= 1000),
        "maxAttempts",
        maxAttempts.orElse(0),
        "must be from 1 to 1000");
    require(labels.size() <= MAX_LABELS, "labels", labels.size(), "must be at most 64 entries");
    labels.forEach(DownloadJob::requireLabel);
    if (notBefore != null && deadline != null) {
      require(notBefore.isBefore(deadline), "deadline", deadline, "must be after notBefore");
    }
    RequestHeaders.check(headers);
  }

  /** A job with nothing but what is required. */
  public static DownloadJob of(JobId id, SourceUrl url, Target target) {
    return new DownloadJob(
        id,
        url,
        List.of(),
        target,
        DEFAULT_STORE,
        OptionalLong.empty(),
        null,
        Map.of(),
        null,
        IfExists.SKIP,
        DEFAULT_PRIORITY,
        null,
        null,
        null,
        OptionalInt.empty(),
        Map.of());
  }

  private static void requireName(String field, @Nullable String name) {
    if (name != null) {
      require(
          isText(name, MAX_NAME) && !name.isEmpty(),
          field,
          name,
          "must have 1 to 128 characters of well-formed Unicode");
    }
  }

  /** Labels travel in every event, which must neither grow without bound nor fail to encode. */
  private static void requireLabel(String name, String value) {
    require(
        isText(name, MAX_NAME),
        "labels",
        name,
        "must have names of at most 128 characters of well-formed Unicode");
    require(
        isText(value, MAX_LABEL),
        "labels." + name,
        value,
        "must be at most 1024 characters of well-formed Unicode");
  }

  private static boolean isText(String text, int maxLength) {
    return text.length() <= maxLength && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static void require(boolean holds, String field, Object value, String rule) {
    if (!holds) {
      throw new InvalidField(field, value, rule);
    }
  }
}
