package dev.haul.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** SHA-1 (FIPS 180-4 §6.1). */
final class Sha1 extends SavedHasher.IntBlocks {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int ROUNDS = 80;

  private final int[] w = new int[ROUNDS];

  Sha1() {
    super(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  public void take(byte[] bytes, int offset) {
    for (int t = 0; t < 16; t++) {
      w[t] = (int) WORDS.get(bytes, offset + 4 * t);
    }
    for (int t = 16; t < ROUNDS; t++) {
      w[t] = Integer.rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    }
    int a = h[0];
    int b = h[1];
    int c = h[2];
    int d = h[3];
    int e = h[4];
    for (int t = 0; t < ROUNDS; t++) {
      int next = Integer.rotateLeft(a, 5) + e + w[t] + mixed(t, b, c, d);
      e = d;
      d = c;
      c = Integer.rotateLeft(b, 30);
      b = a;
      a = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
  }

  private static int mixed(int t, int b, int c, int d) {
    if (t < 20) {
      return (d ^ (b & (c ^ d))) + 0x5a827999;
    }
    if (t < 40) {
      return (b ^ c ^ d) + 0x6ed9eba1;
    }
    return t < 60 ? ((b & c) | (d & (b | c))) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
  }
}
