package dev.haul.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** SHA-512 (FIPS 180-4 §6.4). */
final class Sha512 implements SavedHasher.Blocks {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int ROUNDS = 80;
  private static final long[] K = new long[ROUNDS];
  private static final long[] START = new long[8];

  static {
    for (int i = 0; i < ROUNDS; i++) {
      K[i] = Sha256.Primes.cubeRootFraction(i);
    }
    for (int i = 0; i < START.length; i++) {
      START[i] = Sha256.Primes.squareRootFraction(i);
    }
  }

  private final long[] h = START.clone();
  private final long[] w = new long[ROUNDS];

  @Override
  public int size() {
    return 128;
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  public void save(ByteBuffer state) {
    for (long word : h) {
      state.putLong(word);
    }
  }

  @Override
  public void restore(ByteBuffer state) {
    for (int i = 0; i < h.length; i++) {
      h[i] = state.getLong();
    }
  }

  @Override
  public void take(byte[] bytes, int offset) {
    for (int t = 0; t < 16; t++) {
      w[t] = (long) WORDS.get(bytes, offset + 8 * t);
    }
    for (int t = 16; t < ROUNDS; t++) {
      long x = w[t - 15];
      long y = w[t - 2];
      w[t] =
          (Long.rotateRight(y, 19) ^ Long.rotateRight(y, 61) ^ (y >>> 6))
              + w[t - 7]
              + (Long.rotateRight(x, 1) ^ Long.rotateRight(x, 8) ^ (x >>> 7))
              + w[t - 16];
    }
    long a = h[0];
    long b = h[1];
    long c = h[2];
    long d = h[3];
    long e = h[4];
    long f = h[5];
    long g = h[6];
    long k = h[7];
    for (int t = 0; t < ROUNDS; t++) {
      long first =
          k
              + (Long.rotateRight(e, 14) ^ Long.rotateRight(e, 18) ^ Long.rotateRight(e, 41))
              + (g ^ (e & (f ^ g)))
              + K[t]
              + w[t];
      long second =
          (Long.rotateRight(a, 28) ^ Long.rotateRight(a, 34) ^ Long.rotateRight(a, 39))
              + ((a & b) | (c & (a | b)));
      k = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += k;
  }
}
