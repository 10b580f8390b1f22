package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;

/**
 * One upload on its way to its name: checked on its strand, then made visible where it may block.
 */
final class S3Publication {
  private static final int MAX_KEY_BYTES = 1024;

  private final PartKey key;
  private final Publication order;
  private final S3Upload upload;
  private final S3Names names;
  private final S3PartStore parts;
  private final S3Publisher publisher;
  private final Executor requests;
  private final Promise<Published> promise = Promise.promise();

  S3Publication(
      PartKey key,
      Publication order,
      S3Upload upload,
      S3Names names,
      S3PartStore parts,
      S3Publisher publisher,
      Executor requests) {
    this.key = key;
    this.order = order;
    this.upload = upload;
    this.names = names;
    this.parts = parts;
    this.publisher = publisher;
    this.requests = requests;
  }

  Future<Published> start() {
    upload.whenDrained(() -> {
      try {
        StoredFile file = checked();
        upload.finish(() -> send(file, upload.whole()));
      } catch (IOException | RuntimeException e) {
        refuse(e);
      }
    });
    return promise.future();
  }

  private StoredFile checked() throws IOException {
    upload.requireSound();
    DownloadJob job = order.job();
    String object = names.object(job.target());
    if (!object.equals(upload.target().object())) {
      throw Refusal.of(ErrorCode.CHECKSUM_MISMATCH, "the upload was begun for another target");
    }
    if (object.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
      throw Refusal.fatal("the prefix and the target have more than 1024 bytes");
    }
    long bytes = upload.bytes();
    if (job.size().isPresent() && job.size().getAsLong() != bytes) {
      throw Refusal.of(
          ErrorCode.SIZE_MISMATCH,
          "expected " + job.size().getAsLong() + " bytes but received " + bytes);
    }
    Checksum checksum = upload.checksum();
    if (job.checksum() != null && !job.checksum().equals(checksum)) {
      throw Refusal.of(
          ErrorCode.CHECKSUM_MISMATCH, "expected " + job.checksum() + " but received " + checksum);
    }
    return new StoredFile(
        names.uri(job.target()), bytes, checksum, order.contentType(), order.etag());
  }

  private void send(StoredFile file, S3Whole whole) {
    requests.execute(() -> {
      try {
        upload.requireSound();
        publisher.publish(upload.target(), whole, order.job().ifExists(), parts.claim(key));
      } catch (IOException | RuntimeException e) {
        refuse(e);
        return;
      }
      upload.close(() -> {});
      parts.published(upload);
      promise.complete(new Published.Stored(file));
    });
  }

  /** What the store could not take now is kept: the next attempt goes on with it. */
  private void refuse(Exception e) {
    Failure failure = Refusal.failure(e);
    if (failure.code() == ErrorCode.STORAGE && failure.retryable()) {
      var _ = parts.keep(key, upload);
    } else {
      parts.discard(key, upload);
    }
    promise.complete(Refusal.answer(e));
  }
}
