package dev.haul.pipeline;

import dev.haul.policy.ByteRange;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one download on their way into a store, not yet visible under the target's name.
 * Belongs to one event loop until it is handed over whole; no method blocks or throws: a failure to
 * write shows when the part is published.
 *
 * <p>Bytes may come in any order, each once, unless the part {@link #needsOrder}. Those that follow
 * what came last, from one or a few places, are cheapest.
 */
public interface Part {
  /**
   * Adds bytes and takes over the buffer, which is released exactly once.
   *
   * @param position of the first of them in the file
   */
  void write(long position, ByteBuf bytes);

  /** Bytes that are here, those of earlier attempts too. */
  long bytes();

  /** Where they belong. */
  List<ByteRange> ranges();

  /** What all bytes belong to; null when the part is lost unless it becomes whole. */
  @Nullable Representation representation();

  /** Whether bytes must come in order, without a gap. */
  default boolean needsOrder() {
    return false;
  }

  /**
   * Whether more bytes wait to be written than the store wants to hold; the caller then stops
   * reading until {@link #onRoom} fires.
   */
  boolean isFull();

  /** Sets the action that runs, on a thread of the store, each time a full part has room again. */
  void onRoom(Runnable action);

  /** Whether writing has failed already, so that fetching more is useless. */
  boolean isBroken();

  /**
   * Keeps what is here for a later attempt, which takes it by {@link PartStore#resume}. A part that
   * cannot be continued, or is too small to be worth it, is discarded instead. Further calls do
   * nothing.
   *
   * @return completes on any thread when it would outlive this process; never fails
   */
  Future<Void> keep();

  /** Drops the bytes and removes what was written. Further calls do nothing. */
  void discard();
}
