package dev.haul.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/** SHA-256 (FIPS 180-4 §6.2). */
final class Sha256 extends SavedHasher.IntBlocks {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int ROUNDS = 64;
  private static final int[] K = new int[ROUNDS];

  /** The first bits of the fractions of the roots of the first primes (§4.2.2, §5.3.3). */
  private static final int[] START = new int[8];

  static {
    for (int i = 0; i < ROUNDS; i++) {
      K[i] = (int) (Primes.cubeRootFraction(i) >>> 32);
    }
    for (int i = 0; i < START.length; i++) {
      START[i] = (int) (Primes.squareRootFraction(i) >>> 32);
    }
  }

  private final int[] w = new int[ROUNDS];

  Sha256() {
    super(START);
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
      int x = w[t - 15];
      int y = w[t - 2];
      w[t] =
          (Integer.rotateRight(y, 17) ^ Integer.rotateRight(y, 19) ^ (y >>> 10))
              + w[t - 7]
              + (Integer.rotateRight(x, 7) ^ Integer.rotateRight(x, 18) ^ (x >>> 3))
              + w[t - 16];
    }
    int a = h[0];
    int b = h[1];
    int c = h[2];
    int d = h[3];
    int e = h[4];
    int f = h[5];
    int g = h[6];
    int k = h[7];
    for (int t = 0; t < ROUNDS; t++) {
      int first =
          k
              + (Integer.rotateRight(e, 6)
                  ^ Integer.rotateRight(e, 11)
                  ^ Integer.rotateRight(e, 25))
              + (g ^ (e & (f ^ g)))
              + K[t]
              + w[t];
      int second =
          (Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22))
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

  /** Where the constants of SHA-2 come from. */
  static final class Primes {
    private Primes() {}

    /** The first 64 bits of the fraction of the cube root of a prime, the first being number 0. */
    static long cubeRootFraction(int number) {
      BigInteger scaled = prime(number).shiftLeft(3 * 64);
      BigInteger root = BigInteger.ZERO;
      for (int bit = 68; bit >= 0; bit--) {
        BigInteger larger = root.setBit(bit);
        if (larger.pow(3).compareTo(scaled) <= 0) {
          root = larger;
        }
      }
      return root.longValue();
    }

    /** The same of the square root. */
    static long squareRootFraction(int number) {
      return prime(number).shiftLeft(2 * 64).sqrt().longValue();
    }

    private static BigInteger prime(int number) {
      BigInteger prime = BigInteger.TWO;
      for (int i = 0; i < number; i++) {
        prime = prime.nextProbablePrime();
      }
      return prime;
    }
  }
}
