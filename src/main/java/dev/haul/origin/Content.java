package dev.haul.origin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A file that is made up: its bytes follow from a seed and their position, so that two files, and
 * two places of one, differ. A block of random words is repeated, each time mixed with another key.
 */
final class Content implements Source {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK_WORDS = 8192;

  /** Bytes after which another key is mixed in. */
  static final int BLOCK = BLOCK_WORDS * Long.BYTES;

  private static final long[] RANDOM =
      new SplittableRandom(0x6a09e667f3bcc908L).longs(BLOCK_WORDS).toArray();
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long seed;

  Content(String seed) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < seed.length(); i++) {
      hash = (hash ^ seed.charAt(i)) * 0x100000001b3L;
    }
    this.seed = mixed(hash);
  }

  @Override
  public void read(long position, byte[] into, int count) {
    int at = 0;
    while (at < count) {
      long block = (position + at) / BLOCK;
      int from = (int) ((position + at) % BLOCK);
      int many = Math.min(count - at, BLOCK - from);
      read(mixed(seed + block * GOLDEN), from, into, at, many);
      at += many;
    }
  }

  private static void read(long key, int from, byte[] into, int at, int count) {
    int end = from + count;
    int position = from;
    int target = at;
    while (position < end && position % Long.BYTES != 0) {
      into[target++] = single(key, position++);
    }
    while (position + Long.BYTES <= end) {
      WORDS.set(into, target, RANDOM[position / Long.BYTES] ^ key);
      position += Long.BYTES;
      target += Long.BYTES;
    }
    while (position < end) {
      into[target++] = single(key, position++);
    }
  }

  private static byte single(long key, int position) {
    return (byte) ((RANDOM[position / Long.BYTES] ^ key) >>> (position % Long.BYTES * Byte.SIZE));
  }

  /** The finalizer of SplitMix64. */
  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
