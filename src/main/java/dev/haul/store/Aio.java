package dev.haul.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous writes of Linux past the page cache (io_submit(2)): one begins with one call,
 * and no thread waits for it as long as the file does not get longer by it. Containers may call
 * that, other than io_uring.
 */
final class Aio {
  /** The numbers of system calls, and of a flag, of a kind of machine. */
  private record Machine(long setUp, long destroy, long submit, long getEvents, int direct) {
    static @Nullable Machine of(String system, String architecture) {
      if (!system.equals("Linux")) {
        return null;
      }
      return switch (architecture) {
        case "amd64" -> new Machine(206, 207, 209, 208, 0x4000);
        case "aarch64" -> new Machine(0, 1, 2, 4, 0x10000);
        default -> null;
      };
    }
  }

  private final Machine machine;
  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle call;

  private Aio(Machine machine) {
    this.machine = machine;
    this.open = LibC.function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    this.close = LibC.function("close", ValueLayout.JAVA_INT);
    this.call = LibC.systemCall(5);
  }

  /** Null where there is none. */
  static @Nullable Aio find() {
    Machine machine = Machine.of(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (machine == null) {
      return null;
    }
    try {
      return new Aio(machine);
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /**
   * Opens a file that is there, to be written past the page cache.
   *
   * @return its descriptor
   */
  int open(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      int flags = LibC.O_WRONLY | LibC.O_CLOEXEC | machine.direct;
      int descriptor = (int) open.invokeExact(state, LibC.path(arena, file), flags);
      LibC.check("open", descriptor, state);
      return descriptor;
    } catch (Throwable e) {
      throw LibC.rethrown(e);
    }
  }

  void close(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = LibC.state(arena);
      LibC.check("close", (int) close.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw LibC.rethrown(e);
    }
  }

  /**
   * Makes what one write at a time takes.
   *
   * @param bytes must begin where the disk wants it
   * @throws IOException when the system has none left
   */
  Writer writer(ByteBuffer bytes) throws IOException {
    return new Writer(bytes);
  }

  /** Writes its buffer, now and again. Used by one thread after the other. */
  final class Writer {
    private static final short WRITE = 1;
    private static final int EINTR = 4;
    private static final int EIO = 5;

    // Of struct iocb, and of struct io_event.
    private static final long OPERATION = 16;
    private static final long DESCRIPTOR = 20;
    private static final long ADDRESS = 24;
    private static final long LENGTH = 32;
    private static final long POSITION = 40;
    private static final long BLOCK = 64;
    private static final long EVENT = 32;
    private static final long RESULT = 16;

    private final ByteBuffer bytes;
    private final long address;

    // All are freed with the writer.
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = LibC.state(arena);
    private final MemorySegment block = arena.allocate(BLOCK, Long.BYTES);
    private final MemorySegment blocks = arena.allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment event = arena.allocate(EVENT, Long.BYTES);
    private final long context;
    private boolean underWay;

    private Writer(ByteBuffer bytes) throws IOException {
      this.bytes = bytes;
      this.address = MemorySegment.ofBuffer(bytes.duplicate().clear()).address();
      blocks.set(ValueLayout.JAVA_LONG, 0, block.address());
      block.set(ValueLayout.JAVA_SHORT, OPERATION, WRITE);
      MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
      if (invoke(machine.setUp, 1, made.address(), 0, 0, 0) < 0) {
        throw new IOException("io_setup failed with errno " + LibC.errno(state));
      }
      context = made.get(ValueLayout.JAVA_LONG, 0);
    }

    /** What it writes: that from its position to its limit. */
    ByteBuffer bytes() {
      return bytes;
    }

    /** Begins to write; what becomes of it, {@link #await} tells. */
    void begin(int descriptor, long position) {
      block.set(ValueLayout.JAVA_INT, DESCRIPTOR, descriptor);
      block.set(ValueLayout.JAVA_LONG, ADDRESS, address + bytes.position());
      block.set(ValueLayout.JAVA_LONG, LENGTH, bytes.remaining());
      block.set(ValueLayout.JAVA_LONG, POSITION, position);
      underWay = invoke(machine.submit, context, 1, blocks.address(), 0, 0) == 1;
    }

    /**
     * Waits, and answers how many bytes are in the file: all of them, or less when that failed.
     *
     * @throws IOException when the disk is at fault, and not just this way to it
     */
    int await() throws IOException {
      if (!underWay) {
        return 0;
      }
      while (invoke(machine.getEvents, context, 1, 1, event.address(), 0) != 1) {
        if (LibC.errno(state) != EINTR) {
          throw new IllegalStateException("io_getevents failed with errno " + LibC.errno(state));
        }
      }
      underWay = false;
      long result = event.get(ValueLayout.JAVA_LONG, RESULT);
      if (result == -EIO) {
        throw new IOException("Input/output error");
      }
      return Math.clamp(result, 0, bytes.remaining());
    }

    /** Ends it. The system takes some 30 ms for that. */
    void close() {
      long _ = invoke(machine.destroy, context, 0, 0, 0, 0);
    }

    private long invoke(long number, long a, long b, long c, long d, long e) {
      try {
        return (long) call.invokeExact(state, number, a, b, c, d, e);
      } catch (Throwable thrown) {
        throw new IllegalStateException(thrown);
      }
    }
  }
}
