package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads files of stores back, and puts small ones beside them, for who is no worker: it makes no
 * parts and clears nothing away. Methods block; for one thread.
 */
public final class StoredCopies implements AutoCloseable {
  /** One store. */
  interface Copies extends AutoCloseable {
    Found find(Target target, OptionalLong size, Checksum checksum);

    /** Puts a file under a target in one step, durably. */
    void put(Target target, byte[] content) throws IOException;

    @Override
    void close();
  }

  private final Map<String, Copies> stores = new HashMap<>();

  /**
   * @param settings by the name of the store
   * @param variables of the environment
   * @throws InvalidField naming the root that is not there, or the secret
   */
  public StoredCopies(Map<String, StoreSettings> settings, Map<String, String> variables) {
    try {
      settings.forEach((name, store) -> stores.put(name, open(name, store, variables)));
    } catch (InvalidField e) {
      close();
      throw e;
    }
  }

  private static Copies open(String name, StoreSettings store, Map<String, String> variables) {
    return switch (store.type()) {
      case FILE -> FileCopies.open(name, store);
      case S3 -> S3Copies.open(name, store, variables);
    };
  }

  /** How a file differs from what it should be, in words; empty when it is the same. */
  public Optional<String> difference(String store, Target target, long bytes, Checksum checksum) {
    Copies copies = stores.get(store);
    if (copies == null) {
      return Optional.of("is in the store " + store + ", which is not configured here");
    }
    return switch (copies.find(target, OptionalLong.of(bytes), checksum)) {
      case Found.Same _ -> Optional.empty();
      case Found.Nothing() -> Optional.of("is not in the store under " + target);
      case Found.Different() -> Optional.of("is another one in the store, under " + target);
      case Found.Unknown(var failure) -> Optional.of("cannot be read back: " + failure.message());
    };
  }

  /**
   * Puts a file under a target in one step, durably, in place of what is there.
   *
   * @throws UncheckedIOException when that fails
   */
  public void put(String store, Target target, byte[] content) {
    Copies copies = stores.get(store);
    if (copies == null) {
      throw new IllegalStateException("the store " + store + " is not configured here");
    }
    try {
      copies.put(target, content);
    } catch (IOException e) {
      throw new UncheckedIOException("a file cannot be put under " + target, e);
    }
  }

  @Override
  public void close() {
    stores.values().forEach(Copies::close);
  }
}
