package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.ToldDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digests are those of {@code abc}, and of nothing. */
class ServerDigestsTest {
  private static final String SHA256 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
  private static final String MD5 = "kAFQmDzST7DWlj99KOF/cg==";
  private static final Checksum SHA256_ABC =
      Checksum.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  private static final Checksum MD5_ABC = Checksum.parse("md5:900150983cd24fb0d6963f7d28e17f72");

  private static List<ToldDigest> read(Map<String, List<String>> headers) {
    return ServerDigests.read(name -> headers.getOrDefault(name, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "Repr-Digest | sha-256=:" + SHA256 + ": | " + "sha256",
        "Repr-Digest | sha-256=:" + SHA256 + ":;a=1;b | sha256",
        "Repr-Digest | unixsum=:AAAA:, sha-256=:" + SHA256 + ": | sha256",
        "Repr-Digest | sha-256=:AAAA:, sha-256=:" + SHA256 + ": | sha256",
        "Content-Digest | sha-256=:" + SHA256 + ": | sha256",
        "Content-Digest | md5=:" + MD5 + ": | md5",
        "Content-MD5 | " + MD5 + " | md5",
        "x-amz-checksum-sha256 | " + SHA256 + " | sha256",
        "x-goog-hash | md5=" + MD5 + " | md5",
        "x-goog-hash | crc64=AAAA=,md5=" + MD5 + " | md5",
        // Not supported, malformed, of another length.
        "Repr-Digest | sha=:qZk+NkcGgWq6PiVxeFDCbJzQ2J0=: | -",
        "Repr-Digest | sha-256=" + SHA256 + " | -",
        "Repr-Digest | sha-256=:" + SHA256 + " | -",
        "Repr-Digest | sha-256=:" + SHA256 + ":, broken | -",
        "Repr-Digest | SHA-256=:" + SHA256 + ": | -",
        "Repr-Digest | sha-256=:" + MD5 + ": | -",
        "Repr-Digest | sha-256=:====: | -",
        "Repr-Digest | '' | -",
        "Content-MD5 | " + SHA256 + " | -",
        "Content-MD5 | 900150983cd24fb0d6963f7d28e17f72 | -",
        "x-amz-checksum-sha256 | " + SHA256 + "-3 | -",
        "x-amz-checksum-crc64nvme | AAAAAAAAAAA= | -",
        "x-goog-hash | md5 | -",
        "Digest | sha-256=" + SHA256 + " | -"
      })
  void a_digest_is_read_when_it_is_whole(String header, String value, @Nullable String algorithm) {
    List<ToldDigest> digests = read(Map.of(header, List.of(value)));

    assertThat(digests)
        .isEqualTo(
            algorithm == null
                ? List.of()
                : List.of(new ToldDigest(header, algorithm.equals("md5") ? MD5_ABC : SHA256_ABC)));
  }

  @ParameterizedTest
  @CsvSource({
    "sha-512, z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==, sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "crc32c, AAAAAA==, crc32c:00000000"
  })
  void other_algorithms_are_read_too(String key, String base64, String checksum) {
    assertThat(read(Map.of("Repr-Digest", List.of(key + "=:" + base64 + ":"))))
        .containsExactly(new ToldDigest("Repr-Digest", Checksum.parse(checksum)));
  }

  @Test
  void all_are_read_from_all_headers_and_lines() {
    assertThat(
            read(
                Map.of(
                    "Repr-Digest", List.of("sha-256=:" + SHA256 + ":", "md5=:" + MD5 + ":"),
                    "x-goog-hash", List.of("crc32c=AAAAAA==", "md5=" + MD5),
                    "x-amz-checksum-sha1", List.of("qZk+NkcGgWq6PiVxeFDCbJzQ2J0="))))
        .containsExactly(
            new ToldDigest("Repr-Digest", SHA256_ABC),
            new ToldDigest("Repr-Digest", MD5_ABC),
            new ToldDigest(
                "x-amz-checksum-sha1",
                Checksum.parse("sha1:a9993e364706816aba3e25717850c26c9cd0d89d")),
            new ToldDigest("x-goog-hash", Checksum.parse("crc32c:00000000")),
            new ToldDigest("x-goog-hash", MD5_ABC));
  }

  @Test
  void a_header_that_may_come_once_tells_nothing_when_it_comes_twice() {
    assertThat(read(Map.of("Content-MD5", List.of(MD5, MD5)))).isEmpty();
  }

  @Test
  void a_checksum_of_checksums_tells_nothing() {
    assertThat(
            read(
                Map.of(
                    "x-amz-checksum-type", List.of("COMPOSITE"),
                    "x-amz-checksum-sha256", List.of(SHA256))))
        .isEmpty();
  }

  @Test
  void the_hash_of_a_file_that_was_unpacked_on_the_way_tells_nothing() {
    assertThat(
            read(
                Map.of(
                    "x-goog-stored-content-encoding", List.of("gzip"),
                    "x-goog-hash", List.of("md5=" + MD5))))
        .isEmpty();
    assertThat(
            read(
                Map.of(
                    "x-goog-stored-content-encoding", List.of("identity"),
                    "x-goog-hash", List.of("md5=" + MD5))))
        .hasSize(1);
  }
}
