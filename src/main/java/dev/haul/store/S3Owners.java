package dev.haul.store;

import dev.haul.store.S3Bucket.Condition;
import dev.haul.store.S3Bucket.Head;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that use a store, each with an object that it writes anew every minute. Like {@link
 * Owners} it decides nothing while the generations of the group grow; it tells a claim of a living
 * worker from what a group that was deleted, and begins again to count, has left. Times are those
 * of S3 alone.
 */
final class S3Owners {
  private static final Logger LOG = LoggerFactory.getLogger(S3Owners.class);
  private static final long TOUCH_SECONDS = 60;

  /** As many as may fail in a row. */
  private static final Duration DEAD_AFTER = Duration.ofSeconds(5 * TOUCH_SECONDS);

  private final S3Bucket bucket;
  private final String prefix;
  private final String self = UUID.randomUUID().toString();
  private final CountDownLatch closed = new CountDownLatch(1);

  private S3Owners(S3Bucket bucket, String prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /** Writes its object, and again every minute on a thread of its own. */
  static S3Owners open(S3Bucket bucket, String prefix) throws IOException {
    var owners = new S3Owners(bucket, prefix);
    owners.touch();
    Thread.ofVirtual().name("haul-s3-owner").start(owners::live);
    return owners;
  }

  private void live() {
    try {
      while (!closed.await(TOUCH_SECONDS, TimeUnit.SECONDS)) {
        try {
          touch();
        } catch (IOException e) {
          LOG.debug("The store was not told that this worker lives: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void touch() throws IOException {
    var _ =
        bucket.put(
            prefix + self,
            List.of(),
            0,
            new S3Bucket.Attributes(null, "", self),
            new Condition.Anything());
  }

  String self() {
    return self;
  }

  /** Whether another one has told that it lives when this one last did. */
  boolean isAlive(String owner) throws IOException {
    Head other = bucket.head(prefix + owner);
    Head own = bucket.head(prefix + self);
    return other != null
        && (own == null || other.modified().plus(DEAD_AFTER).isAfter(own.modified()));
  }

  void close() throws IOException {
    closed.countDown();
    bucket.delete(prefix + self);
  }
}
