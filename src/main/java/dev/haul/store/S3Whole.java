package dev.haul.store;

import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Bucket.Upload;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is to be made visible.
 *
 * @param upload null where the content is written in one request
 * @param parts of the upload, all that there are
 * @param content without an upload
 * @param crc of all bytes
 */
record S3Whole(
    @Nullable Upload upload, List<Sent> parts, List<ByteBuffer> content, int crc, long bytes) {

  /**
   * What fits one request.
   *
   * @param content null for no bytes
   */
  static S3Whole of(@Nullable S3Buffer content) {
    return content == null
        ? new S3Whole(null, List.of(), List.of(), 0, 0)
        : new S3Whole(null, List.of(), content.content(), content.crc(), content.bytes());
  }

  static S3Whole of(@Nullable Upload upload, List<Sent> parts, long bytes) {
    int crc = 0;
    for (Sent part : parts) {
      crc = Crc32cSum.of(crc, part.crc(), part.bytes());
    }
    return new S3Whole(upload, parts, List.of(), crc, bytes);
  }
}
