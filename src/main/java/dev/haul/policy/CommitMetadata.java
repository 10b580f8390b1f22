package dev.haul.policy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The text form of the offsets finished beyond a commit; at most {@value #MAX_LENGTH} characters of
 * ASCII, which is what a broker takes as metadata of a commit.
 *
 * <pre>
 * metadata = "" | "haul1:" base64url(check bits), without padding (RFC 4648 §5)
 * check    = CRC-32C of the commit's offset (8 bytes) and of bits, 4 bytes, both big endian
 * bits     = run {run}, first bit lowest in the first byte, zeros to the end of the last byte
 * run      = how many offsets are unfinished, how many after them are finished,
 *            each at least 1 and in Elias gamma code
 * </pre>
 *
 * <p>The first run begins at the commit's offset, what follows the last one is unfinished. Elias
 * gamma code (<a href="https://doi.org/10.1109/TIT.1975.1055349">Elias 1975</a>) writes n as ⌊log₂
 * n⌋ zeros and then n in binary. It is close to the better of a bitmap and a run list everywhere:
 * offsets that finish in wild order cost at most 1.5 bits each, a slow job before 100,000 finished
 * ones costs 34.
 *
 * <p>The check covers the offset, so that metadata which a tool has carried to another offset
 * cannot make jobs look finished.
 */
final class CommitMetadata {
  static final int MAX_LENGTH = 4096;

  private static final String VERSION = "haul1:";
  private static final int CHECK_BYTES = Integer.BYTES;

  /** Bits of runs that fit. */
  static final int CAPACITY =
      ((MAX_LENGTH - VERSION.length()) * 6 / Byte.SIZE - CHECK_BYTES) * Byte.SIZE;

  private CommitMetadata() {}

  /** Bits of a length in Elias gamma code. */
  static int bits(long length) {
    return 2 * floorLog2(length) + 1;
  }

  /**
   * Writes runs; those that no longer fit are left out, which forgets finished offsets but never
   * invents one.
   *
   * @param runs alternately how many offsets are unfinished and finished, from {@code offset} on
   */
  static String encode(long offset, long[] runs) {
    var bits = new BitSet();
    int end = 0;
    for (int i = 0; i < runs.length; i += 2) {
      if (end + bits(runs[i]) + bits(runs[i + 1]) > CAPACITY) {
        break;
      }
      end = write(bits, end, runs[i]);
      end = write(bits, end, runs[i + 1]);
    }
    if (end == 0) {
      return "";
    }
    byte[] body = bits.toByteArray();
    byte[] all =
        ByteBuffer.allocate(CHECK_BYTES + body.length)
            .putInt(check(offset, body))
            .put(body)
            .array();
    return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /**
   * Reads what {@link #encode} has written for the same offset.
   *
   * @return null when the text is anything else
   */
  static long @Nullable [] decode(long offset, String metadata) {
    if (metadata.isEmpty()) {
      return new long[0];
    }
    if (!metadata.startsWith(VERSION) || metadata.length() > MAX_LENGTH) {
      return null;
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(metadata.substring(VERSION.length()));
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (all.length < CHECK_BYTES) {
      return null;
    }
    byte[] body = Arrays.copyOfRange(all, CHECK_BYTES, all.length);
    if (ByteBuffer.wrap(all).getInt() != check(offset, body)) {
      return null;
    }
    return read(offset, BitSet.valueOf(body));
  }

  private static int write(BitSet bits, int at, long length) {
    int highest = floorLog2(length);
    for (int bit = highest; bit >= 0; bit--) {
      bits.set(at + 2 * highest - bit, (length >>> bit & 1) == 1);
    }
    return at + 2 * highest + 1;
  }

  private static long @Nullable [] read(long offset, BitSet bits) {
    var runs = new long[bits.cardinality()];
    int count = 0;
    long end = offset;
    int at = 0;
    for (int one = bits.nextSetBit(0); one >= 0; one = bits.nextSetBit(at)) {
      int highest = one - at;
      if (highest > Long.SIZE - 2) {
        return null;
      }
      long length = 0;
      for (int bit = 0; bit <= highest; bit++) {
        length = length << 1 | (bits.get(one + bit) ? 1 : 0);
      }
      at = one + highest + 1;
      end += length;
      if (end < 0) {
        return null;
      }
      runs[count++] = length;
    }
    return count % 2 == 0 ? Arrays.copyOf(runs, count) : null;
  }

  private static int check(long offset, byte[] body) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, offset));
    crc.update(body);
    return (int) crc.getValue();
  }

  private static int floorLog2(long length) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(length);
  }
}
