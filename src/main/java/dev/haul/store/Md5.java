package dev.haul.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MD5 (RFC 1321). */
final class Md5 extends SavedHasher.IntBlocks {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int ROUNDS = 64;

  /** §3.4: 2³² times the sine of each number. */
  private static final int[] T = new int[ROUNDS];

  /** How far each round rotates: four numbers for each group of 16. */
  private static final int[] SHIFTS = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

  static {
    for (int i = 0; i < ROUNDS; i++) {
      T[i] = (int) (long) (Math.abs(StrictMath.sin(i + 1)) * (1L << 32));
    }
  }

  private final int[] w = new int[16];

  Md5() {
    super(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public void take(byte[] bytes, int offset) {
    for (int t = 0; t < w.length; t++) {
      w[t] = (int) WORDS.get(bytes, offset + 4 * t);
    }
    int a = h[0];
    int b = h[1];
    int c = h[2];
    int d = h[3];
    for (int t = 0; t < ROUNDS; t++) {
      int group = t >> 4;
      int sum = a + mixed(group, b, c, d) + T[t] + w[word(group, t)];
      a = d;
      d = c;
      c = b;
      b += Integer.rotateLeft(sum, SHIFTS[4 * group + (t & 3)]);
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
  }

  private static int mixed(int group, int b, int c, int d) {
    return switch (group) {
      case 0 -> d ^ (b & (c ^ d));
      case 1 -> c ^ (d & (b ^ c));
      case 2 -> b ^ c ^ d;
      default -> c ^ (b | ~d);
    };
  }

  private static int word(int group, int t) {
    return switch (group) {
      case 0 -> t;
      case 1 -> (5 * t + 1) & 15;
      case 2 -> (3 * t + 5) & 15;
      default -> (7 * t) & 15;
    };
  }
}
