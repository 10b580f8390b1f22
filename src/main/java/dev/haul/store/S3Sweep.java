package dev.haul.store;

import dev.haul.store.S3Bucket.Begun;
import dev.haul.store.S3Bucket.Entry;
import dev.haul.store.S3Bucket.Head;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up uploads below the prefix that are older than any that will be continued, and removes
 * checkpoints that nobody has come for. Their age is told by the clock of S3.
 */
record S3Sweep(S3Bucket bucket, S3Names names, S3Owners owners, Duration retention) {
  private static final Logger LOG = LoggerFactory.getLogger(S3Sweep.class);

  void run() {
    try {
      Head own = bucket.head(names.owners() + owners.self());
      if (own != null) {
        sweep(own.modified().minus(retention));
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("Uploads that were left were not given up: {}", e.getMessage());
    }
  }

  private void sweep(Instant oldest) throws IOException {
    for (Begun begun : bucket.uploads(names.prefix())) {
      if (begun.at().isBefore(oldest)) {
        LOG.info("An upload of {} that nobody completed is given up", begun.at());
        bucket.abort(begun.upload());
      }
    }
    for (Entry entry : bucket.list(names.parts())) {
      if (entry.modified().isBefore(oldest)) {
        bucket.delete(entry.key());
      }
    }
    for (Entry entry : bucket.list(names.owners())) {
      if (entry.modified().isBefore(oldest)) {
        bucket.delete(entry.key());
      }
    }
  }
}
