package dev.haul.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The syncfs(2) of Linux on one file system. */
final class Syncfs implements GroupCommit.Sync {
  /** Where it returns once all is on disk; FUSE, for one, does not pass it on to its server. */
  private static final Set<String> FILE_SYSTEMS =
      Set.of("ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "overlay", "tmpfs");

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  private final MethodHandle syncfs;
  private final MethodHandle close;
  private final int descriptor;

  private Syncfs(MethodHandle syncfs, MethodHandle close, int descriptor) {
    this.syncfs = syncfs;
    this.close = close;
    this.descriptor = descriptor;
  }

  /**
   * Opens the file system of a folder and syncs it once.
   *
   * @throws UnsupportedOperationException when a sync there would not keep its promise, or is not
   *     to be had
   */
  static Syncfs open(Path folder) throws IOException {
    if (!reportsErrors(System.getProperty("os.name"), System.getProperty("os.version"))) {
      throw new UnsupportedOperationException("it takes Linux 5.8 or later");
    }
    String type = Files.getFileStore(folder).type();
    if (!FILE_SYSTEMS.contains(type)) {
      throw new UnsupportedOperationException("not known to be safe on " + type);
    }
    MethodHandle open = LibC.function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    MethodHandle close = LibC.function("close", ValueLayout.JAVA_INT);
    MethodHandle syncfs = LibC.function("syncfs", ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = LibC.path(arena, folder);
      MemorySegment state = LibC.state(arena);
      int descriptor = (int) open.invokeExact(state, path, LibC.O_RDONLY | LibC.O_CLOEXEC);
      LibC.check("open", descriptor, state);
      var opened = new Syncfs(syncfs, close, descriptor);
      try {
        opened.sync();
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      return opened;
    } catch (Throwable e) {
      throw LibC.rethrown(e);
    }
  }

  /** Before Linux 5.8, syncfs(2) kept silent about data that could not be written. */
  static boolean reportsErrors(String system, String version) {
    Matcher numbers = VERSION.matcher(version);
    if (!system.equals("Linux") || !numbers.matches()) {
      return false;
    }
    int major = Integer.parseInt(numbers.group(1));
    return major > 5 || (major == 5 && Integer.parseInt(numbers.group(2)) >= 8);
  }

  @Override
  public void sync() throws IOException {
    call("syncfs", syncfs);
  }

  @Override
  public void close() throws IOException {
    call("close", close);
  }

  private void call(String name, MethodHandle function) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      LibC.check(name, (int) function.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw LibC.rethrown(e);
    }
  }
}
