package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.haul.job.Checksum.Algorithm;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds own digests against those of the JDK, whole and in two halves. */
class SavedHasherTest {
  @ParameterizedTest
  @EnumSource
  void agrees_with_the_jdk_at_every_length(Algorithm algorithm) {
    byte[] bytes = new byte[300];
    new Random(1).nextBytes(bytes);
    for (int length = 0; length <= bytes.length; length++) {
      SavedHasher hasher = SavedHasher.of(algorithm);
      hasher.update(ByteBuffer.wrap(bytes, 0, length / 3));
      hasher.update(ByteBuffer.wrap(bytes, length / 3, length - length / 3));
      Hasher jdk = Hasher.of(algorithm);
      jdk.update(ByteBuffer.wrap(bytes, 0, length));

      assertThat(hasher.checksum()).isEqualTo(jdk.checksum());
    }
  }

  @ParameterizedTest
  @EnumSource
  void goes_on_where_another_was_saved(Algorithm algorithm) {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    byte[] bytes = new byte[1 << 20];
    random.nextBytes(bytes);
    int cut = 128 * random.nextInt(bytes.length / 128);
    SavedHasher first = SavedHasher.of(algorithm);
    first.update(ByteBuffer.allocateDirect(cut).put(bytes, 0, cut).flip());
    SavedHasher second = SavedHasher.of(algorithm, first.save());
    second.update(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
    Hasher jdk = Hasher.of(algorithm);
    jdk.update(ByteBuffer.wrap(bytes));

    assertThat(second.checksum()).isEqualTo(jdk.checksum());
  }

  @Test
  void is_saved_after_whole_blocks_only() {
    SavedHasher hasher = SavedHasher.of(Algorithm.SHA256);
    hasher.update(ByteBuffer.wrap(new byte[100]));

    assertThatIllegalStateException().isThrownBy(hasher::save);
  }

  @Test
  void sums_of_crcs_are_those_of_the_whole() {
    byte[] bytes = new byte[100_000];
    new Random(2).nextBytes(bytes);
    for (int cut : new int[] {0, 1, 7, 4096, 99_999, 100_000}) {
      int sum =
          Crc32cSum.of(crc(bytes, 0, cut), crc(bytes, cut, bytes.length - cut), bytes.length - cut);

      assertThat(sum).isEqualTo(crc(bytes, 0, bytes.length));
    }
  }

  private static int crc(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
