package dev.haul.store;

import java.nio.file.Path;

/** A folder that files go to. */
public record StoreSettings(Path root, boolean fsync) {
  public static final StoreSettings DEFAULTS = new StoreSettings(Path.of("haul-data/files"), true);
}
