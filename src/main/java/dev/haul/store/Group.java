package dev.haul.store;

import java.nio.ByteBuffer;

/** Bytes that follow each other, on their way to a file. Used by one thread after the other. */
sealed interface Group permits Loose, Gathered {
  /** Of the first byte in the file. */
  long position();

  long size();

  /** The bytes, which stay. */
  ByteBuffer[] bytes();

  /** Gives the memory back; called once, when nobody wants the bytes any more. */
  void release();
}
