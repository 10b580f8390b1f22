package dev.haul.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The fallocate(2) of Linux: blocks of the disk for a file before its bytes come. */
final class Fallocate {
  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;

  private final MethodHandle open;
  private final MethodHandle fallocate;
  private final MethodHandle close;

  private Fallocate() {
    open = LibC.function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    fallocate =
        LibC.function(
            "fallocate",
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    close = LibC.function("close", ValueLayout.JAVA_INT);
  }

  /** Null where the system has none. */
  static @Nullable Fallocate find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    try {
      return new Fallocate();
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Has the file system set blocks aside for the first bytes of a file, which is so long then: a
   * write that makes a file longer past the page cache is waited for by ext4. What is written
   * stays.
   *
   * @return false when the file system cannot do that; the file may be longer all the same
   * @throws Refusal when it has no room for them
   */
  boolean allocate(Path file, long bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int descriptor =
          (int) open.invokeExact(state, LibC.path(arena, file), LibC.O_WRONLY | LibC.O_CLOEXEC);
      if (descriptor < 0) {
        return false;
      }
      int result = (int) fallocate.invokeExact(state, descriptor, 0, 0L, bytes);
      int errno = LibC.errno(state);
      int _ = (int) close.invokeExact(state, descriptor);
      if (result < 0 && (errno == ENOSPC || errno == EDQUOT)) {
        throw Refusal.noRoom(bytes);
      }
      return result == 0;
    } catch (Throwable e) {
      throw LibC.rethrown(e);
    }
  }
}
