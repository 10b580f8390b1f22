package dev.haul.store;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;

/** Functions of the C library; each takes the place of its {@code errno} first. */
final class LibC {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_CLOEXEC = 0x80000;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private LibC() {}

  /**
   * @throws UnsupportedOperationException when it lacks the function
   */
  @SuppressWarnings("restricted")
  static MethodHandle function(String name, ValueLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            address(name),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
            Linker.Option.captureCallState("errno"));
  }

  /**
   * For what the library has no function of its own: takes the number of a system call and as many
   * words.
   *
   * @throws UnsupportedOperationException when the library lacks that
   */
  @SuppressWarnings("restricted")
  static MethodHandle systemCall(int words) {
    ValueLayout[] arguments = new ValueLayout[1 + words];
    Arrays.fill(arguments, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(
            address("syscall"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));
  }

  private static MemorySegment address(String name) {
    return Linker.nativeLinker()
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsupportedOperationException("the C library lacks " + name));
  }

  static MemorySegment state(SegmentAllocator allocator) {
    return allocator.allocate(STATE);
  }

  static MemorySegment path(SegmentAllocator allocator, Path path) {
    var charset = Charset.forName(System.getProperty("sun.jnu.encoding"));
    return allocator.allocateFrom(path.toString(), charset);
  }

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static void check(String name, int result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(name + " failed with errno " + errno(state));
    }
  }

  /** What a method handle throws: nothing but what the code called by it does. */
  static IOException rethrown(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    };
  }
}
