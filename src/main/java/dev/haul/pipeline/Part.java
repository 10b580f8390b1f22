package dev.haul.pipeline;

import io.netty.buffer.ByteBuf;

/**
 * The bytes of one download on their way into a store, not yet visible under the target's name.
 * Belongs to one event loop until it is handed over whole; no method blocks or throws: a failure to
 * write shows when the part is published.
 */
public interface Part {
  /** Adds bytes at the end and takes over the buffer, which is released exactly once. */
  void append(ByteBuf bytes);

  /** Bytes appended so far. */
  long bytes();

  /**
   * Whether more bytes wait to be written than the store wants to hold; the caller then stops
   * reading until {@link #onRoom} fires.
   */
  boolean isFull();

  /** Sets the action that runs, on a thread of the store, each time a full part has room again. */
  void onRoom(Runnable action);

  /** Whether writing has failed already, so that fetching more is useless. */
  boolean isBroken();

  /** Drops the bytes and removes what was written. Further calls do nothing. */
  void discard();
}
