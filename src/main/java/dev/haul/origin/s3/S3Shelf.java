package dev.haul.origin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is in the bucket. Methods hold its lock, so that conditions are judged and kept in one step;
 * bytes are written outside of it.
 */
final class S3Shelf {
  private static final long MIN_PART = 5 << 20;

  /**
   * What a write asks for.
   *
   * @param ifMatch a tag, null for none
   */
  record Condition(boolean ifNothing, @Nullable String ifMatch) {}

  private final Path folder;
  private final InstantSource clock;
  private final TreeMap<String, S3Object> objects = new TreeMap<>();
  private final TreeMap<String, S3Multipart> uploads = new TreeMap<>();

  private volatile Consumer<S3Object> listener = _ -> {};

  S3Shelf(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Has each object told as it becomes visible, in order. */
  void listen(Consumer<S3Object> action) {
    listener = action;
  }

  S3Content receive(InputStream in) throws IOException {
    return S3Content.write(folder.resolve(UUID.randomUUID().toString()), in);
  }

  synchronized S3Object put(
      String key, S3Content content, Map<String, String> headers, Condition condition)
      throws S3Error {
    check(key, condition);
    return put(
        new S3Object(key, List.of(content), '"' + content.md5() + '"', headers, clock.instant()));
  }

  private S3Object put(S3Object object) {
    objects.put(object.key(), object);
    listener.accept(object);
    return object;
  }

  private void check(String key, Condition condition) throws S3Error {
    S3Object there = objects.get(key);
    if (condition.ifNothing && there != null) {
      throw new S3Error(412, "PreconditionFailed");
    }
    if (condition.ifMatch != null) {
      if (there == null) {
        throw new S3Error(404, "NoSuchKey");
      }
      if (!there.etag().equals(condition.ifMatch)) {
        throw new S3Error(412, "PreconditionFailed");
      }
    }
  }

  synchronized S3Object get(String key) throws S3Error {
    S3Object object = objects.get(key);
    if (object == null) {
      throw new S3Error(404, "NoSuchKey");
    }
    return object;
  }

  synchronized void copy(String from, String to) throws S3Error {
    S3Object object = get(from);
    var _ =
        put(new S3Object(to, object.content(), object.etag(), object.headers(), clock.instant()));
  }

  synchronized void delete(String key) {
    objects.remove(key);
  }

  /** In the order of their keys. */
  synchronized List<S3Object> list(String prefix, String after) {
    return objects.tailMap(after, false).values().stream()
        .filter(object -> object.key().startsWith(prefix))
        .toList();
  }

  synchronized S3Multipart create(String key, Map<String, String> headers) {
    String id = UUID.randomUUID().toString();
    var upload = new S3Multipart(key, id, clock.instant(), headers);
    uploads.put(id, upload);
    return upload;
  }

  synchronized S3Multipart upload(String id) throws S3Error {
    S3Multipart upload = uploads.get(id);
    if (upload == null) {
      throw new S3Error(404, "NoSuchUpload");
    }
    return upload;
  }

  synchronized List<S3Multipart> uploads(String prefix) {
    return uploads.values().stream().filter(upload -> upload.key().startsWith(prefix)).toList();
  }

  synchronized void part(String id, int number, S3Content content) throws S3Error {
    upload(id).parts().put(number, content);
  }

  /** The parts of an upload after a number. */
  synchronized NavigableMap<Integer, S3Content> parts(String id, int after) throws S3Error {
    return new TreeMap<>(upload(id).parts().tailMap(after, false));
  }

  synchronized S3Object complete(String id, List<S3Xml.Part> told, Condition condition)
      throws S3Error {
    S3Multipart upload = upload(id);
    List<S3Content> content = new ArrayList<>();
    MessageDigest etag = S3Content.digest();
    for (S3Xml.Part part : told) {
      S3Content there = upload.parts().get(part.number());
      if (there == null || !part.etag().replace("\"", "").equals(there.md5())) {
        throw new S3Error(400, "InvalidPart");
      }
      if (!content.isEmpty() && content.getLast().bytes() < MIN_PART) {
        throw new S3Error(400, "EntityTooSmall");
      }
      content.add(there);
      etag.update(HexFormat.of().parseHex(there.md5()));
    }
    check(upload.key(), condition);
    uploads.remove(id);
    return put(
        new S3Object(
            upload.key(),
            content,
            '"' + HexFormat.of().formatHex(etag.digest()) + "-" + told.size() + '"',
            upload.headers(),
            clock.instant()));
  }

  synchronized void abort(String id) throws S3Error {
    S3Multipart upload = upload(id);
    uploads.remove(id);
    for (S3Content part : upload.parts().values()) {
      try {
        Files.deleteIfExists(part.file());
      } catch (IOException e) {
        // Goes with the folder.
      }
    }
  }
}
