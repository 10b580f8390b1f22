package dev.haul.store;

import dev.haul.job.Checksum;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file behind a part and its checksum. Used by one thread of the store after the other; there
 * is no file before the first write.
 */
final class PartFile {
  private final Path path;
  private final Hasher hasher;
  private final ToldDigests told;
  private final long syncEvery;
  private @Nullable FileChannel channel;
  private @Nullable IOException broken;
  private long unsynced;

  /**
   * @param syncEvery bytes after which what was written is made durable, again and again
   */
  PartFile(Path path, Hasher hasher, ToldDigests told, long syncEvery) {
    this.path = path;
    this.hasher = hasher;
    this.told = told;
    this.syncEvery = syncEvery;
  }

  Path path() {
    return path;
  }

  /** Opens the file, unless it is open, and adds bytes at its end; does not release the buffers. */
  void write(List<ByteBuf> buffers) throws IOException {
    if (broken != null) {
      throw broken;
    }
    try {
      FileChannel file = open();
      ByteBuffer[] batch = nioBuffers(buffers);
      long left = 0;
      for (ByteBuffer bytes : batch) {
        left += bytes.remaining();
        told.update(bytes);
        hasher.update(bytes.duplicate());
      }
      unsynced += left;
      while (left > 0) {
        left -= file.write(batch);
      }
      if (unsynced >= syncEvery) {
        file.force(false);
        unsynced = 0;
      }
    } catch (IOException e) {
      // What follows must not land behind a gap.
      broken = e;
      throw e;
    }
  }

  /** The checksum of all bytes written; called once. */
  Checksum checksum() {
    return hasher.checksum();
  }

  /** What the server told of the bytes. */
  ToldDigests told() {
    return told;
  }

  /** Makes the bytes durable. */
  void force() throws IOException {
    open().force(false);
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  /** Closes and removes the file, if there is one. */
  void delete() throws IOException {
    FileChannel file = channel;
    if (file != null) {
      try (file) {
        Files.deleteIfExists(path);
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel file = channel;
    if (file == null) {
      file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      channel = file;
    }
    return file;
  }

  private static ByteBuffer[] nioBuffers(List<ByteBuf> buffers) {
    List<ByteBuffer> all = new ArrayList<>(buffers.size());
    for (ByteBuf buffer : buffers) {
      if (buffer.nioBufferCount() == 1) {
        all.add(buffer.nioBuffer());
      } else {
        all.addAll(List.of(buffer.nioBuffers()));
      }
    }
    return all.toArray(ByteBuffer[]::new);
  }
}
