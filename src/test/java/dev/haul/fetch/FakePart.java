package dev.haul.fetch;

import static java.util.Objects.requireNonNull;

import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartOrder;
import dev.haul.policy.ByteRange;
import dev.haul.policy.Ranges;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part that keeps its bytes in memory and writes down every breach of the port's contract: a
 * buffer that somebody else still holds, bytes after the end. With a capacity it holds the buffers
 * until {@link #drain}, as a slow disk would.
 */
final class FakePart implements Part {
  private final PartOrder order;
  private final Consumer<FakePart> keeper;
  private final int capacity;
  private final boolean broken;
  private final Ranges ranges = new Ranges();
  private final Queue<Long> positions = new ArrayDeque<>();
  private byte[] written = new byte[0];
  private final Queue<ByteBuf> waiting = new ArrayDeque<>();
  private final List<ByteBuf> taken = new ArrayList<>();
  private final List<String> breaches = new ArrayList<>();
  private Runnable onRoom = () -> {};
  private long bytes;
  private int waitingBytes;
  private int mostWaitingBytes;
  private boolean over;
  private boolean discarded;

  /**
   * @param capacity bytes that may wait before the part is full; 0 writes at once
   */
  FakePart(PartOrder order, int capacity, boolean broken, Consumer<FakePart> keeper) {
    this.order = order;
    this.capacity = capacity;
    this.broken = broken;
    this.keeper = keeper;
  }

  boolean isFrom(String source) {
    Representation of = order.representation();
    return of != null && of.source().equals(source);
  }

  PartOrder order() {
    return order;
  }

  @Override
  public synchronized List<ByteRange> ranges() {
    return ranges.all();
  }

  @Override
  public @Nullable Representation representation() {
    return order.representation();
  }

  @Override
  public Future<Void> keep() {
    if (order.representation() == null) {
      discard();
    } else {
      synchronized (this) {
        over = true;
        write();
      }
      keeper.accept(this);
    }
    return Future.succeededFuture();
  }

  /** Goes on where it was kept. */
  synchronized FakePart takeUp() {
    over = false;
    return this;
  }

  @Override
  public synchronized void write(long position, ByteBuf buffer) {
    if (over) {
      breaches.add("write after the end");
    }
    bytes += buffer.readableBytes();
    ranges.add(position, position + buffer.readableBytes());
    if (ranges.bytes() != bytes) {
      breaches.add("write at " + position + " of what is there");
      bytes = ranges.bytes();
    }
    positions.add(position);
    waitingBytes += buffer.readableBytes();
    mostWaitingBytes = Math.max(mostWaitingBytes, waitingBytes);
    waiting.add(buffer);
    taken.add(buffer);
    if (capacity == 0) {
      write();
    }
    notifyAll();
  }

  private void write() {
    while (!waiting.isEmpty()) {
      ByteBuf buffer = requireNonNull(waiting.remove());
      byte[] copy = new byte[buffer.readableBytes()];
      buffer.readBytes(copy);
      int position = positions.remove().intValue();
      if (written.length < position + copy.length) {
        written = Arrays.copyOf(written, Math.max(position + copy.length, written.length * 2));
      }
      System.arraycopy(copy, 0, written, position, copy.length);
      buffer.release();
    }
    waitingBytes = 0;
  }

  /** Writes what waits and tells that there is room, as a thread of a store does. */
  void drain() {
    Runnable action;
    synchronized (this) {
      write();
      action = onRoom;
    }
    action.run();
  }

  synchronized void awaitFull() throws InterruptedException {
    while (!isFull()) {
      wait();
    }
  }

  @Override
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized boolean isFull() {
    return capacity > 0 && waitingBytes >= capacity;
  }

  @Override
  public synchronized void onRoom(Runnable action) {
    onRoom = action;
  }

  @Override
  public boolean isBroken() {
    return broken;
  }

  @Override
  public synchronized void discard() {
    over = true;
    discarded = true;
    write();
  }

  synchronized byte[] content() {
    write();
    return Arrays.copyOf(written, (int) bytes);
  }

  synchronized int mostWaitingBytes() {
    return mostWaitingBytes;
  }

  synchronized boolean isDiscarded() {
    return discarded;
  }

  /** To be asked when all connections are closed, since they share the buffers until then. */
  synchronized List<String> breaches() {
    write();
    if (taken.stream().anyMatch(buffer -> buffer.refCnt() != 0)) {
      breaches.add("a buffer has another owner");
    }
    return List.copyOf(breaches);
  }
}
