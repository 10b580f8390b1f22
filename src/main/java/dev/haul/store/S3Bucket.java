package dev.haul.store;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * A bucket, with the requests that a store makes of it; the only class that knows the SDK's client.
 * All but {@link #part} block, and are called on virtual threads. What the SDK retries by itself
 * (five tries, with back-off) has failed for good when a method throws.
 */
final class S3Bucket implements AutoCloseable {
  /** The name of the metadata that tells who made an object. */
  static final String TOKEN = "haul-part";

  private static final int TRIES = 5;
  private static final int LOOPS = 2;
  private static final int BUFFER = 64 << 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  /** Requests wait for a connection as long as others take; memory bounds how many do. */
  private static final Duration WAIT_TIMEOUT = Duration.ofMinutes(30);

  /** What an object is told with. */
  record Attributes(@Nullable String contentType, String tags, String token) {}

  /** An object that is there. */
  record Head(long bytes, String etag, @Nullable String token, Instant modified) {}

  /** An object in a list. */
  record Entry(String key, Instant modified) {}

  /** An upload that is not complete. */
  record Upload(String key, String id) {}

  record Begun(Upload upload, Instant at) {}

  /** A part that S3 has, by the digest of its bytes. */
  record Sent(int number, String etag, int crc, long bytes) {}

  /** How a request with a condition ended. */
  enum Written {
    DONE,
    /** Another object is there, or none, than the condition says. */
    CONDITION_FAILED,
    /** The upload has ended already. */
    NO_UPLOAD,
    /** A part is not the one that was told. */
    OTHER_PART
  }

  /** What must stand under the key for a write to succeed. */
  sealed interface Condition {
    record Anything() implements Condition {}

    record Nothing() implements Condition {}

    record Exactly(String etag) implements Condition {}
  }

  private final String name;
  private final S3Settings settings;
  private final S3AsyncClient client;

  private S3Bucket(String name, S3Settings settings, S3AsyncClient client) {
    this.name = name;
    this.settings = settings;
    this.client = client;
  }

  /**
   * Makes a client; asks for nothing yet.
   *
   * @param store name of the store
   * @param variables of the environment
   * @throws InvalidField when there are no keys or no region
   */
  static S3Bucket of(String store, S3Settings settings, Map<String, String> variables) {
    String section = "stores." + store + ".s3.";
    var builder =
        S3AsyncClient.builder()
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .maxConcurrency(settings.requests())
                    .maxPendingConnectionAcquires(Integer.MAX_VALUE)
                    .connectionAcquisitionTimeout(WAIT_TIMEOUT)
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .readTimeout(IDLE_TIMEOUT)
                    .writeTimeout(IDLE_TIMEOUT)
                    .eventLoopGroupBuilder(SdkEventLoopGroup.builder().numberOfThreads(LOOPS)))
            // Parts and objects carry a CRC-32C that is known before they are sent.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(it -> it.expectContinueEnabled(false))
            .overrideConfiguration(
                it -> it.retryStrategy(StandardRetryStrategy.builder().maxAttempts(TRIES).build()))
            .asyncConfiguration(it ->
                it.advancedOption(
                    SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    if (settings.accessKeyId() != null) {
      builder.credentialsProvider(new S3Keys(section, settings, variables));
    }
    if (settings.endpoint() != null) {
      builder.endpointOverride(URI.create(settings.endpoint())).forcePathStyle(true);
    }
    if (settings.region() != null) {
      builder.region(Region.of(settings.region()));
    } else if (settings.endpoint() != null) {
      builder.region(Region.US_EAST_1);
    }
    try {
      return new S3Bucket(String.valueOf(settings.bucket()), settings, builder.build());
    } catch (SdkException e) {
      throw new InvalidField(section + "region", "must be given: " + e.getMessage());
    }
  }

  String name() {
    return name;
  }

  @Nullable Head head(String key) throws IOException {
    try {
      HeadObjectResponse head = client.headObject(it -> it.bucket(name).key(key)).join();
      return new Head(
          head.contentLength(), head.eTag(), head.metadata().get(TOKEN), head.lastModified());
    } catch (CompletionException e) {
      if (S3Refusals.status(e) == 404 && !S3Refusals.code(e).equals("NoSuchBucket")) {
        return null;
      }
      throw S3Refusals.of("to say what is under the target", e);
    }
  }

  /** Reads an object from its first byte to its last; false when there is none. */
  boolean read(String key, Consumer<ByteBuffer> sink) throws IOException {
    try (ResponseInputStream<GetObjectResponse> in =
        client
            .getObject(
                it -> it.bucket(name).key(key), AsyncResponseTransformer.toBlockingInputStream())
            .join()) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sink.accept(ByteBuffer.wrap(buffer, 0, count));
      }
      return true;
    } catch (CompletionException e) {
      if (S3Refusals.code(e).equals("NoSuchKey")) {
        return false;
      }
      throw S3Refusals.of("to read an object", e);
    } catch (SdkException e) {
      throw S3Refusals.of("to read an object", e);
    }
  }

  /**
   * Reads a small object; null when there is none.
   *
   * @param most bytes that are of interest
   */
  byte @Nullable [] bytes(String key, int most) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(most);
    boolean found =
        read(
            key,
            chunk -> {
              bytes.put(
                  chunk.slice(chunk.position(), Math.min(chunk.remaining(), bytes.remaining())));
            });
    return found ? Arrays.copyOf(bytes.array(), bytes.position()) : null;
  }

  /** Writes an object in one request. */
  Written put(
      String key, List<ByteBuffer> content, int crc, Attributes attributes, Condition condition)
      throws IOException {
    var request =
        PutObjectRequest.builder()
            .bucket(name)
            .key(key)
            .contentLength(length(content))
            .contentType(attributes.contentType)
            .metadata(Map.of(TOKEN, attributes.token))
            .storageClass(settings.storageClass());
    if (!attributes.tags.isEmpty()) {
      request.tagging(attributes.tags);
    }
    if (settings.checksums()) {
      request.checksumCRC32C(base64(crc));
    }
    switch (settings.encryption()) {
      case BUCKET -> {}
      case SSE -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case KMS ->
          request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(settings.kmsKey());
    }
    switch (condition) {
      case Condition.Anything() -> {}
      case Condition.Nothing() -> request.ifNoneMatch("*");
      case Condition.Exactly(String etag) -> request.ifMatch(etag);
    }
    return written(
        "to write an object", client.putObject(request.build(), body(content)), condition);
  }

  /** Begins an upload in parts. */
  Upload create(String key, Attributes attributes) throws IOException {
    var request =
        CreateMultipartUploadRequest.builder()
            .bucket(name)
            .key(key)
            .contentType(attributes.contentType)
            .metadata(Map.of(TOKEN, attributes.token))
            .storageClass(settings.storageClass());
    if (!attributes.tags.isEmpty()) {
      request.tagging(attributes.tags);
    }
    if (settings.checksums()) {
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumType(ChecksumType.FULL_OBJECT);
    }
    switch (settings.encryption()) {
      case BUCKET -> {}
      case SSE -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case KMS ->
          request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(settings.kmsKey());
    }
    try {
      return new Upload(key, client.createMultipartUpload(request.build()).join().uploadId());
    } catch (CompletionException e) {
      throw S3Refusals.of("to begin an upload", e);
    }
  }

  /**
   * Sends a part; returns at once. The future completes on a thread that must not block, and fails
   * with a {@link Refusal}.
   */
  CompletableFuture<Sent> part(Upload upload, int number, List<ByteBuffer> content, int crc) {
    long bytes = length(content);
    return client
        .uploadPart(
            it -> {
              it.bucket(name)
                  .key(upload.key)
                  .uploadId(upload.id)
                  .partNumber(number)
                  .contentLength(bytes);
              if (settings.checksums()) {
                it.checksumCRC32C(base64(crc));
              }
            },
            body(content))
        .handle((answer, e) -> {
          if (e != null) {
            throw new CompletionException(S3Refusals.of("a part of an upload", e));
          }
          return new Sent(number, answer.eTag(), crc, bytes);
        });
  }

  /** The parts that S3 has, in order. Where it tells no checksum, 0 stands for it. */
  List<Sent> parts(Upload upload) throws IOException {
    List<Sent> parts = new ArrayList<>();
    Integer after = null;
    try {
      while (true) {
        Integer marker = after;
        ListPartsResponse page =
            client
                .listParts(it ->
                    it.bucket(name).key(upload.key).uploadId(upload.id).partNumberMarker(marker))
                .join();
        page.parts()
            .forEach(it ->
                parts.add(
                    new Sent(it.partNumber(), it.eTag(), crc(it.checksumCRC32C()), it.size())));
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return parts;
        }
        after = page.nextPartNumberMarker();
      }
    } catch (CompletionException e) {
      throw S3Refusals.of("to list the parts of an upload", e);
    }
  }

  /**
   * Makes the object of all parts visible, in one step.
   *
   * @param crc of the whole
   */
  Written complete(Upload upload, List<Sent> parts, int crc, Condition condition)
      throws IOException {
    List<CompletedPart> all =
        parts.stream()
            .map(part -> {
              var told = CompletedPart.builder().partNumber(part.number).eTag(part.etag);
              if (settings.checksums()) {
                told.checksumCRC32C(base64(part.crc));
              }
              return told.build();
            })
            .toList();
    return written(
        "to complete an upload",
        client.completeMultipartUpload(it -> {
          it.bucket(name)
              .key(upload.key)
              .uploadId(upload.id)
              .multipartUpload(list -> list.parts(all));
          if (settings.checksums()) {
            it.checksumCRC32C(base64(crc)).checksumType(ChecksumType.FULL_OBJECT);
          }
          switch (condition) {
            case Condition.Anything() -> {}
            case Condition.Nothing() -> it.ifNoneMatch("*");
            case Condition.Exactly(String etag) -> it.ifMatch(etag);
          }
        }),
        condition);
  }

  private static Written written(String doing, CompletableFuture<?> answer, Condition condition)
      throws IOException {
    try {
      answer.join();
      return Written.DONE;
    } catch (CompletionException e) {
      boolean missing = condition instanceof Condition.Exactly && S3Refusals.status(e) == 404;
      return switch (S3Refusals.code(e)) {
        case "PreconditionFailed", "ConditionalRequestConflict" -> Written.CONDITION_FAILED;
        case "NoSuchUpload" -> Written.NO_UPLOAD;
        case "InvalidPart", "InvalidPartOrder" -> Written.OTHER_PART;
        // What had to be there is gone.
        case "NoSuchKey" -> Written.CONDITION_FAILED;
        case "" -> {
          if (S3Refusals.status(e) == 412 || missing) {
            yield Written.CONDITION_FAILED;
          }
          throw S3Refusals.of(doing, e);
        }
        default -> throw S3Refusals.of(doing, e);
      };
    }
  }

  /** Gives up an upload and its parts; one that is gone is no fault. */
  void abort(Upload upload) throws IOException {
    try {
      client.abortMultipartUpload(it -> it.bucket(name).key(upload.key).uploadId(upload.id)).join();
    } catch (CompletionException e) {
      if (S3Refusals.status(e) != 404) {
        throw S3Refusals.of("to give up an upload", e);
      }
    }
  }

  void delete(String key) throws IOException {
    try {
      client.deleteObject(it -> it.bucket(name).key(key)).join();
    } catch (CompletionException e) {
      throw S3Refusals.of("to delete an object", e);
    }
  }

  /** Copies an object within the bucket; false when there is none. */
  boolean copy(String from, String to) throws IOException {
    try {
      client
          .copyObject(it ->
              it.sourceBucket(name).sourceKey(from).destinationBucket(name).destinationKey(to))
          .join();
      return true;
    } catch (CompletionException e) {
      if (S3Refusals.status(e) == 404) {
        return false;
      }
      throw S3Refusals.of("to copy an object", e);
    }
  }

  List<Entry> list(String prefix) throws IOException {
    List<Entry> entries = new ArrayList<>();
    String next = null;
    try {
      while (true) {
        String token = next;
        ListObjectsV2Response page =
            client
                .listObjectsV2(it -> it.bucket(name).prefix(prefix).continuationToken(token))
                .join();
        page.contents().forEach(it -> entries.add(new Entry(it.key(), it.lastModified())));
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return entries;
        }
        next = page.nextContinuationToken();
      }
    } catch (CompletionException e) {
      throw S3Refusals.of("to list objects", e);
    }
  }

  /** Uploads that nobody has completed or given up. */
  List<Begun> uploads(String prefix) throws IOException {
    List<Begun> uploads = new ArrayList<>();
    String afterKey = null;
    String afterId = null;
    try {
      while (true) {
        String key = afterKey;
        String id = afterId;
        ListMultipartUploadsResponse page =
            client
                .listMultipartUploads(
                    it -> it.bucket(name).prefix(prefix).keyMarker(key).uploadIdMarker(id))
                .join();
        page.uploads()
            .forEach(
                it -> uploads.add(new Begun(new Upload(it.key(), it.uploadId()), it.initiated())));
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return uploads;
        }
        afterKey = page.nextKeyMarker();
        afterId = page.nextUploadIdMarker();
      }
    } catch (CompletionException e) {
      throw S3Refusals.of("to list uploads", e);
    }
  }

  private static AsyncRequestBody body(List<ByteBuffer> content) {
    if (length(content) == 0) {
      return AsyncRequestBody.empty();
    }
    // Sent as they are: nobody writes to them before the answer has come.
    return AsyncRequestBody.fromByteBuffersUnsafe(
        content.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new));
  }

  private static long length(List<ByteBuffer> content) {
    return content.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  private static String base64(int crc) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(0, crc).array());
  }

  private static int crc(@Nullable String base64) {
    return base64 == null ? 0 : ByteBuffer.wrap(Base64.getDecoder().decode(base64)).getInt();
  }

  /** The client's loops take two seconds to end; nobody waits for that. */
  @Override
  public void close() {
    Thread.ofVirtual().name("haul-s3-close").start(client::close);
  }
}
