package dev.haul.origin;

/** Where the bytes of a body come from. */
interface Source {
  /** Fills the first bytes of an array with those from a position on. */
  void read(long position, byte[] into, int count);
}
