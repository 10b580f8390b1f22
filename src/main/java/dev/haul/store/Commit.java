package dev.haul.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Gives written parts their names, as durably as its kind promises, and answers. */
interface Commit extends Closeable {
  /** Takes over the parts; each is answered, perhaps on another thread and after the return. */
  void commit(List<WrittenPart> parts);

  /** Bytes of one part that may wait to be synced; what is beyond is synced as it comes. */
  default long syncEvery() {
    return Long.MAX_VALUE;
  }

  @Override
  default void close() throws IOException {}

  /** Leaves all syncing to the operating system. */
  static Commit unsynced() {
    return parts -> {
      parts.removeIf(part -> !part.move());
      parts.forEach(WrittenPart::answer);
    };
  }

  /** Syncs each file before its name is given, and each folder once afterwards. */
  static Commit file() {
    return parts -> {
      parts.removeIf(part -> !part.syncFile());
      parts.removeIf(part -> !part.move());
      parts.removeIf(part -> !part.syncName());
      parts.forEach(WrittenPart::answer);
    };
  }
}
