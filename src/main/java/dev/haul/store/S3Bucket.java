package dev.haul.store;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.nio.ByteBuffer;
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
import software.amazon.awssdk.core.exception.SdkException;
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
 * A bucket, with the requests that a store makes of it; the only class that knows what the SDK
 * asks. All but {@link #part} block, and are called on virtual threads. What the SDK retries by
 * itself (five tries, with back-off) has failed for good when a method throws.
 *
 * <p>A method a request, none of which has state: the file is long, and each part of it short.
 */
final class S3Bucket implements AutoCloseable {
  /** The name of the metadata that tells who made an object. */
  static final String TOKEN = "haul-part";

  private static final int BUFFER = 64 << 10;

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

    /** The header of that name; null for none. */
    default @Nullable String ifNoneMatch() {
      return this instanceof Nothing ? "*" : null;
    }

    /** The header of that name; null for none. */
    default @Nullable String ifMatch() {
      return this instanceof Exactly(String etag) ? etag : null;
    }
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
    return new S3Bucket(
        String.valueOf(settings.bucket()), settings, S3Client.of(store, settings, variables));
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
            .tagging(attributes.tags.isEmpty() ? null : attributes.tags)
            .storageClass(settings.storageClass())
            .serverSideEncryption(encryption())
            .ssekmsKeyId(settings.kmsKey())
            .checksumCRC32C(crc32c(crc))
            .ifNoneMatch(condition.ifNoneMatch())
            .ifMatch(condition.ifMatch());
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
            .tagging(attributes.tags.isEmpty() ? null : attributes.tags)
            .storageClass(settings.storageClass())
            .serverSideEncryption(encryption())
            .ssekmsKeyId(settings.kmsKey())
            .checksumAlgorithm(settings.checksums() ? ChecksumAlgorithm.CRC32_C : null)
            .checksumType(wholeObject());
    return new Upload(
        key,
        answer("to begin an upload", client.createMultipartUpload(request.build())).uploadId());
  }

  /**
   * Sends a part; returns at once. The future completes on a thread that must not block, and fails
   * with a {@link Refusal}.
   */
  CompletableFuture<Sent> part(Upload upload, int number, List<ByteBuffer> content, int crc) {
    long bytes = length(content);
    return client
        .uploadPart(
            it ->
                it.bucket(name)
                    .key(upload.key)
                    .uploadId(upload.id)
                    .partNumber(number)
                    .contentLength(bytes)
                    .checksumCRC32C(crc32c(crc)),
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
    while (true) {
      Integer marker = after;
      ListPartsResponse page =
          answer(
              "to list the parts of an upload",
              client.listParts(it ->
                  it.bucket(name).key(upload.key).uploadId(upload.id).partNumberMarker(marker)));
      page.parts()
          .forEach(it ->
              parts.add(new Sent(it.partNumber(), it.eTag(), crc(it.checksumCRC32C()), it.size())));
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return parts;
      }
      after = page.nextPartNumberMarker();
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
            .map(part ->
                CompletedPart.builder()
                    .partNumber(part.number)
                    .eTag(part.etag)
                    .checksumCRC32C(crc32c(part.crc))
                    .build())
            .toList();
    return written(
        "to complete an upload",
        client.completeMultipartUpload(it ->
            it.bucket(name)
                .key(upload.key)
                .uploadId(upload.id)
                .multipartUpload(list -> list.parts(all))
                .checksumCRC32C(crc32c(crc))
                .checksumType(wholeObject())
                .ifNoneMatch(condition.ifNoneMatch())
                .ifMatch(condition.ifMatch())),
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
    var _ = answer("to delete an object", client.deleteObject(it -> it.bucket(name).key(key)));
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
    while (true) {
      String token = next;
      ListObjectsV2Response page =
          answer(
              "to list objects",
              client.listObjectsV2(it -> it.bucket(name).prefix(prefix).continuationToken(token)));
      page.contents().forEach(it -> entries.add(new Entry(it.key(), it.lastModified())));
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return entries;
      }
      next = page.nextContinuationToken();
    }
  }

  /** Uploads that nobody has completed or given up. */
  List<Begun> uploads(String prefix) throws IOException {
    List<Begun> uploads = new ArrayList<>();
    String afterKey = null;
    String afterId = null;
    while (true) {
      String key = afterKey;
      String id = afterId;
      ListMultipartUploadsResponse page =
          answer(
              "to list uploads",
              client.listMultipartUploads(
                  it -> it.bucket(name).prefix(prefix).keyMarker(key).uploadIdMarker(id)));
      page.uploads()
          .forEach(
              it -> uploads.add(new Begun(new Upload(it.key(), it.uploadId()), it.initiated())));
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return uploads;
      }
      afterKey = page.nextKeyMarker();
      afterId = page.nextUploadIdMarker();
    }
  }

  /**
   * Waits for an answer that must be a good one.
   *
   * @param doing what is asked for
   */
  private static <T> T answer(String doing, CompletableFuture<T> request) throws IOException {
    try {
      return request.join();
    } catch (CompletionException e) {
      throw S3Refusals.of(doing, e);
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

  /** Null where the server takes none. */
  private @Nullable String crc32c(int crc) {
    return settings.checksums()
        ? Base64.getEncoder()
            .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(0, crc).array())
        : null;
  }

  private @Nullable ServerSideEncryption encryption() {
    return switch (settings.encryption()) {
      case BUCKET -> null;
      case SSE -> ServerSideEncryption.AES256;
      case KMS -> ServerSideEncryption.AWS_KMS;
    };
  }

  /** Of the whole object, not of the CRCs of its parts. */
  private @Nullable ChecksumType wholeObject() {
    return settings.checksums() ? ChecksumType.FULL_OBJECT : null;
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
