package dev.haul.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system in memory that can be filled; needs the right to mount. */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 1 << 20;

  private final Path folder;
  private final boolean mounted;
  private boolean full;

  private SmallDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Mounts one, or makes do with a plain folder where that is not allowed. */
  public static SmallDisk at(Path folder, int mebibytes) throws IOException {
    Files.createDirectories(folder);
    boolean mounted =
        run(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=" + mebibytes + "m",
            "haul-chaos",
            folder.toString());
    return new SmallDisk(folder, mounted);
  }

  /** Whether it can be filled. */
  public boolean canBeFull() {
    return mounted;
  }

  boolean isFull() {
    return full;
  }

  /** Takes all the room that is left. */
  public void fill() {
    full = true;
    try (FileChannel ballast =
        FileChannel.open(
            ballast(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      for (int size = BLOCK; size > 0; size /= 2) {
        while (write(ballast, size)) {
          // As much as there is room for.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot fill " + folder, e);
    }
  }

  private static boolean write(FileChannel file, int bytes) {
    try {
      return file.write(ByteBuffer.allocate(bytes)) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives the room back. */
  public void free() {
    try {
      Files.deleteIfExists(ballast());
      full = false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot free " + folder, e);
    }
  }

  /** Outside of the store. */
  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** The root of the store on it. */
  public Path store() {
    return folder.resolve("store");
  }

  /** Lets go of it even while a process that is about to end still has files open there. */
  @Override
  public void close() {
    if (mounted) {
      try {
        run("umount", "-l", folder.toString());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unmount " + folder, e);
      }
    }
  }

  private static boolean run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.onExit().join().exitValue() == 0;
  }
}
