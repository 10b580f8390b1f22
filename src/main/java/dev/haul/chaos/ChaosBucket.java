package dev.haul.chaos;

import dev.haul.origin.s3.S3Double;
import dev.haul.origin.s3.S3Object;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A bucket in the process of the run, on a server one in thirty of whose answers breaks. Each
 * object that becomes visible is put into a folder as it is, where the run looks at it like at a
 * file.
 */
final class ChaosBucket implements AutoCloseable {
  private static final String NAME = "chaos";
  private static final String HIDDEN = ".haul/";
  private static final int BROKEN_ONE_IN = 30;

  private final S3Double server;
  private final Path seen;
  private final Path secret;

  private ChaosBucket(S3Double server, Path seen, Path secret) {
    this.server = server;
    this.seen = seen;
    this.secret = secret;
  }

  /**
   * @param data where its bytes go
   * @param seen where its objects are put
   */
  static ChaosBucket start(long seed, Path data, Path seen, InstantSource clock)
      throws IOException {
    Files.createDirectories(data);
    Files.createDirectories(seen);
    S3Double server = S3Double.start(0, NAME, data, clock);
    server.shake(new Random(seed), BROKEN_ONE_IN);
    Path secret = Files.writeString(data.resolve("secret"), "chaos");
    var bucket = new ChaosBucket(server, seen, secret);
    server.onObject(bucket::show);
    return bucket;
  }

  private void show(S3Object object) {
    if (object.key().startsWith(HIDDEN)) {
      return;
    }
    Path file = seen.resolve(object.key());
    // Where nobody looks, to appear in one step.
    Path fresh = seen.resolve(HIDDEN).resolve("fresh");
    try {
      Files.createDirectories(fresh.getParent());
      Files.createDirectories(file.getParent());
      object.writeTo(fresh);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings of a store in it. */
  Map<String, String> settings(String store) {
    String section = "stores." + store + ".";
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(section + "type", "s3");
    settings.put(section + "s3.bucket", NAME);
    settings.put(section + "s3.endpoint", server.endpoint());
    settings.put(section + "s3.access-key-id", "chaos");
    settings.put(section + "s3.secret-key-file", secret.toString());
    settings.put(section + "s3.part-size", "5MiB");
    return settings;
  }

  @Override
  public void close() {
    server.close();
  }
}
