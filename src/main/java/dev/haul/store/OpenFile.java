package dev.haul.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a part, written through the page cache or past it. Used by one thread of the
 * store after the other.
 */
final class OpenFile {
  private static final int BUFFER = 64 << 10;
  private static final Set<OpenOption> GO_ON =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> BEGIN =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path path;
  private final FileChannel channel;
  private final WritePath way;

  /** Null until bytes go past the page cache. */
  private @Nullable DirectFile direct;

  private boolean cachedOnly;

  private long at;
  private long unsynced;

  private OpenFile(Path path, FileChannel channel, WritePath way) {
    this.path = path;
    this.channel = channel;
    this.way = way;
  }

  /**
   * @param exists whether it must be there, or must not
   * @throws Refusal when its folder is another worker's by now
   */
  static OpenFile open(Path path, boolean exists, WritePath way) throws IOException {
    try {
      return new OpenFile(path, FileChannel.open(path, exists ? GO_ON : BEGIN), way);
    } catch (NoSuchFileException e) {
      throw Refusal.gone();
    }
  }

  /**
   * Writes bytes, or takes them to be written behind: {@link #flush} says whether they are.
   *
   * @param group of no use afterwards but to be released
   * @param past whether it may go past the page cache; then it follows what did so before
   */
  void write(Group group, boolean past) throws IOException {
    DirectFile wanted = past ? direct() : null;
    if (wanted == null) {
      flush();
    }
    if (wanted == null || !wanted.write(group)) {
      writeCached(group.position(), group.bytes(), group.size());
    }
  }

  private @Nullable DirectFile direct() {
    if (direct == null && way.disk() != null && !cachedOnly) {
      try {
        direct = DirectFile.open(way.disk(), path, channel);
      } catch (IOException | UnsupportedOperationException e) {
        // No descriptor is left, or another worker has the file: the open one serves as before.
        cachedOnly = true;
      }
    }
    return direct;
  }

  private void writeCached(long position, ByteBuffer[] batch, long size) throws IOException {
    if (position != at) {
      channel.position(position);
    }
    at = position + size;
    for (long left = size; left > 0; ) {
      left -= channel.write(batch);
    }
    unsynced += size;
    if (unsynced >= way.syncEvery()) {
      channel.force(false);
      unsynced = 0;
    }
  }

  /** Called when no more bytes wait to be written. */
  void pause() throws IOException {
    if (direct != null) {
      direct.pause();
    }
  }

  /**
   * Has all in the file that was taken before.
   *
   * @throws IOException when some of it is not
   */
  void flush() throws IOException {
    if (direct != null) {
      direct.flush();
    }
  }

  void read(long from, long to, Contents.Sink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long position = from; position < to; position += buffer.limit()) {
      buffer.clear().limit((int) Math.min(BUFFER, to - position));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new IOException("the part file is shorter than it was");
        }
      }
      sink.take(buffer.flip());
    }
  }

  /** Gives up what lies behind these bytes. */
  void truncate(long bytes) throws IOException {
    channel.truncate(bytes);
  }

  /** Makes what is in the file durable. */
  void force() throws IOException {
    channel.force(false);
  }

  /** Gives up what was not flushed; closed twice, it stays closed. */
  void close() throws IOException {
    DirectFile past = direct;
    direct = null;
    try (channel) {
      if (past != null) {
        past.close();
      }
    }
  }
}
