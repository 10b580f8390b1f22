package dev.haul.store;

import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.policy.ByteRange;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part on its way into a bucket: batches of its bytes go to an upload on the threads of the store
 * as they come. They must come in order, since nothing can be read back to be hashed.
 */
final class S3Part implements Part {
  private final PartKey key;
  private final S3Upload upload;
  private final S3PartStore parts;

  // Of the owner: an event loop, then whoever the part was handed to.
  private final Batch batch;
  private boolean over;

  /**
   * @param bytes that the upload has already
   */
  S3Part(PartKey key, S3Upload upload, S3PartStore parts, long bytes) {
    this.key = key;
    this.upload = upload;
    this.parts = parts;
    this.batch = new Batch(bytes);
  }

  @Override
  public void write(long position, ByteBuf bytes) {
    int size = bytes.readableBytes();
    if (size == 0 || over || upload.isBroken()) {
      bytes.release();
      return;
    }
    if (position != batch.end()) {
      bytes.release();
      upload.breakOff("bytes came out of order");
      return;
    }
    upload.backlog().add(size);
    batch.add(bytes, size);
    if (batch.bytes() > FilePart.BATCH) {
      upload.accept(batch.take());
    }
  }

  @Override
  public long bytes() {
    return batch.end();
  }

  @Override
  public List<ByteRange> ranges() {
    return batch.end() == 0 ? List.of() : List.of(new ByteRange(0, batch.end()));
  }

  @Override
  public @Nullable Representation representation() {
    return upload.target().representation();
  }

  @Override
  public boolean needsOrder() {
    return true;
  }

  @Override
  public boolean isFull() {
    return upload.backlog().isFull();
  }

  @Override
  public void onRoom(Runnable action) {
    upload.onRoom(action);
  }

  @Override
  public boolean isBroken() {
    return upload.isBroken();
  }

  @Override
  public Future<Void> keep() {
    if (over) {
      return Future.succeededFuture();
    }
    if (representation() == null || bytes() == 0) {
      discard();
      return Future.succeededFuture();
    }
    over = true;
    upload.accept(batch.take());
    return parts.keep(key, upload);
  }

  @Override
  public void discard() {
    if (!over) {
      over = true;
      batch.take().forEach(ByteBuf::release);
      parts.discard(key, upload);
    }
  }

  /**
   * Takes the part from its owner; afterwards the store alone calls it.
   *
   * @return null when it was taken or discarded before
   */
  @Nullable S3Upload handOver() {
    if (over) {
      return null;
    }
    over = true;
    upload.accept(batch.take());
    return upload;
  }

  PartKey key() {
    return key;
  }
}
