package dev.haul.origin.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An object that is there.
 *
 * @param content in the order of the parts that it came in
 * @param etag with its quotes
 * @param headers that it was told with: type, metadata, tags, encryption, storage class
 */
public record S3Object(
    String key, List<S3Content> content, String etag, Map<String, String> headers, Instant at) {

  public long bytes() {
    return content.stream().mapToLong(S3Content::bytes).sum();
  }

  /** Whether it came as an upload in parts. */
  public boolean isOfParts() {
    return etag.contains("-");
  }

  /** All of it; for small ones. */
  public byte[] read() {
    var out = new ByteArrayOutputStream();
    try {
      copyTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes all of it to a file. */
  public void writeTo(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      copyTo(out);
    }
  }

  void copyTo(OutputStream out) throws IOException {
    for (S3Content each : content) {
      each.copyTo(out);
    }
  }
}
