package dev.haul.store;

import dev.haul.job.InvalidField;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a store in a bucket; their keys start with {@code stores.<name>.s3}.
 *
 * @param bucket null where the store is none of this type
 * @param prefix what the keys of all objects begin with; a slash is added to its end
 * @param region null for that of the environment
 * @param endpoint of a server other than Amazon's, whose buckets are in the path of its URLs
 * @param accessKeyId null where the SDK shall look for credentials
 * @param secretKeyFile holds the secret key; either this or {@code secretKeyEnv} is null
 * @param secretKeyEnv environment variable that holds it
 * @param kmsKey of {@link S3Encryption#KMS}, null for the one of the account
 * @param storageClass null for the one of the bucket
 * @param tags labels of jobs that become tags of their objects
 * @param partSize bytes of a part, larger where a file would have more than 10,000 of them
 * @param memory bytes that all uploads hold together
 * @param requests at a time
 * @param conditionalWrites whether the server keeps {@code If-Match} and {@code If-None-Match}
 * @param checksums whether the server takes CRC-32C
 */
public record S3Settings(
    @Nullable String bucket,
    String prefix,
    @Nullable String region,
    @Nullable String endpoint,
    @Nullable String accessKeyId,
    @Nullable Path secretKeyFile,
    @Nullable String secretKeyEnv,
    S3Encryption encryption,
    @Nullable String kmsKey,
    @Nullable String storageClass,
    List<String> tags,
    long partSize,
    long memory,
    int requests,
    boolean conditionalWrites,
    boolean checksums) {
  /** Of the parts of an upload, all but the last. */
  static final long MIN_PART = 5 << 20;

  static final int MAX_PARTS = 10_000;

  private static final String SECTION = "stores.<name>.s3.";
  private static final long MAX_PART = 512 << 20;
  private static final long MAX_MEMORY = 16L << 30;
  private static final int MAX_REQUESTS = 256;
  private static final int MAX_TAGS = 10;
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9!_.*'()/=-]{0,512}");
  private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{1,2048}");

  /** Those that begin with HAUL_ are settings. */
  private static final Pattern VARIABLE = Pattern.compile("(?!HAUL_)[A-Za-z_][A-Za-z0-9_]*");

  public static final S3Settings NONE = of(null, null);

  /**
   * @throws InvalidField naming the key whose value breaks its rule
   */
  public S3Settings {
    tags = List.copyOf(tags);
    require(
        bucket == null || BUCKET.matcher(bucket).matches(),
        "bucket",
        bucket,
        "must be 3 to 63 characters of a-z 0-9 . -");
    require(
        PREFIX.matcher(prefix).matches() && !prefix.startsWith("/"),
        "prefix",
        prefix,
        "must be at most 512 characters of A-Z a-z 0-9 ! _ . * ' ( ) = - / and not begin with /");
    prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    requireWord("region", region);
    requireWord("access-key-id", accessKeyId);
    requireWord("kms-key", kmsKey);
    requireWord("storage-class", storageClass);
    require(
        endpoint == null || isOrigin(endpoint),
        "endpoint",
        endpoint,
        "must be a URL of http or https without a path, such as https://minio.example.com:9000");
    require(
        secretKeyEnv == null || VARIABLE.matcher(secretKeyEnv).matches(),
        "secret-key-env",
        secretKeyEnv,
        "must name an environment variable that does not begin with HAUL_");
    boolean secrets = secretKeyFile != null || secretKeyEnv != null;
    require(
        secrets == (accessKeyId != null) && (secretKeyFile == null || secretKeyEnv == null),
        "access-key-id",
        accessKeyId,
        "must be given with either secret-key-file or secret-key-env, or none of them");
    require(
        kmsKey == null || encryption == S3Encryption.KMS,
        "kms-key",
        kmsKey,
        "is for the encryption kms only");
    require(tags.size() <= MAX_TAGS, "tags", tags.size(), "must be at most 10 labels");
    require(
        partSize >= MIN_PART && partSize <= MAX_PART,
        "part-size",
        partSize,
        "must be from 5MiB to 512MiB");
    require(
        memory >= partSize && memory <= MAX_MEMORY,
        "memory",
        memory,
        "must be at least part-size, and at most 16GiB");
    require(
        requests >= 1 && requests <= MAX_REQUESTS, "requests", requests, "must be from 1 to 256");
  }

  /** What holds where nothing else is said. */
  static S3Settings of(@Nullable String bucket, @Nullable String endpoint) {
    return new S3Settings(
        bucket,
        "",
        null,
        endpoint,
        null,
        null,
        null,
        S3Encryption.BUCKET,
        null,
        null,
        List.of(),
        8 << 20,
        64 << 20,
        16,
        true,
        true);
  }

  private static boolean isOrigin(String text) {
    try {
      var uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return web
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static void requireWord(String key, @Nullable String value) {
    require(
        value == null || WORD.matcher(value).matches(),
        key,
        value,
        "must be 1 to 2048 printable ASCII characters without spaces");
  }

  private static void require(boolean holds, String key, @Nullable Object value, String rule) {
    if (!holds) {
      throw value == null
          ? new InvalidField(SECTION + key, rule)
          : new InvalidField(SECTION + key, value, rule);
    }
  }
}
