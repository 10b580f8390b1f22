package dev.haul.store;

/**
 * Joins the CRC-32Cs of two runs of bytes to that of both. A CRC is the remainder of a polynomial
 * over GF(2), so bytes that follow multiply it by a power of x; this is done with the squares of
 * the matrix that stands for one zero bit, as in M. Adler's zlib.
 */
final class Crc32cSum {
  /** Castagnoli's polynomial, bits reversed. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private Crc32cSum() {}

  /**
   * The CRC of the first run followed by the second.
   *
   * @param secondBytes length of the second run
   */
  static int of(int first, int second, long secondBytes) {
    int[] operator = new int[32];
    operator[0] = POLYNOMIAL;
    for (int bit = 1; bit < 32; bit++) {
      operator[bit] = 1 << (bit - 1);
    }
    int sum = first;
    // The operator for one zero bit becomes that of 8, 16, 32 … of them.
    for (int doubling = 0; doubling < 3; doubling++) {
      operator = squared(operator);
    }
    for (long left = secondBytes; left > 0; left >>>= 1) {
      if ((left & 1) != 0) {
        sum = times(operator, sum);
      }
      operator = squared(operator);
    }
    return sum ^ second;
  }

  private static int times(int[] matrix, int vector) {
    int sum = 0;
    for (int bit = 0; bit < 32; bit++) {
      sum ^= matrix[bit] & -((vector >>> bit) & 1);
    }
    return sum;
  }

  private static int[] squared(int[] matrix) {
    int[] square = new int[32];
    for (int bit = 0; bit < 32; bit++) {
      square[bit] = times(matrix, matrix[bit]);
    }
    return square;
  }
}
