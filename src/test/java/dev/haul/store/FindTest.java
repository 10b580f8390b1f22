package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.Store.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindTest {
  private static final OptionalLong ANY = OptionalLong.empty();

  @TempDir Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(root);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Found same(String target, long size, @Nullable Checksum checksum) {
    String location = root.resolve(target).toUri().toString();
    return new Found.Same(new StoredFile(location, size, checksum, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f", "a/b/f"})
  void nothing_is_where_no_file_is(String target) {
    assertThat(fixture.find(target, OptionalLong.of(1), null)).isEqualTo(new Found.Nothing());
    assertThat(root.resolve("a")).doesNotExist();
  }

  @Test
  void a_file_is_the_same_by_its_size() throws IOException {
    Files.write(root.resolve("f"), bytes(10));

    assertThat(fixture.find("f", OptionalLong.of(10), null)).isEqualTo(same("f", 10, null));
    assertThat(fixture.find("f", OptionalLong.of(11), null)).isEqualTo(new Found.Different());
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void a_file_is_the_same_by_its_checksum(Algorithm algorithm) throws IOException {
    // Three slices and a bit.
    byte[] content = bytes((12 << 20) + 1);
    Files.write(root.resolve("f"), content);
    Checksum right = Digests.of(algorithm, content);
    Checksum wrong = Digests.of(algorithm, bytes(1));

    assertThat(fixture.find("f", ANY, right)).isEqualTo(same("f", content.length, right));
    assertThat(fixture.find("f", OptionalLong.of(content.length), right))
        .isEqualTo(same("f", content.length, right));
    assertThat(fixture.find("f", ANY, wrong)).isEqualTo(new Found.Different());
    assertThat(fixture.find("f", OptionalLong.of(1), right)).isEqualTo(new Found.Different());
  }

  @Test
  void an_empty_file_has_a_checksum_too() throws IOException {
    Files.createFile(root.resolve("f"));
    Checksum empty = Digests.sha256(new byte[0]);

    assertThat(fixture.find("f", OptionalLong.of(0), empty)).isEqualTo(same("f", 0, empty));
  }

  @Test
  void a_file_is_different_when_nothing_is_wanted_of_it() throws IOException {
    Files.createFile(root.resolve("f"));

    assertThat(fixture.find("f", ANY, null)).isEqualTo(new Found.Different());
  }

  @Test
  void a_link_is_different_whatever_it_points_to() throws IOException {
    Files.write(root.resolve("f"), bytes(10));
    Files.createSymbolicLink(root.resolve("link"), Path.of("f"));

    assertThat(fixture.find("link", OptionalLong.of(10), null)).isEqualTo(new Found.Different());
  }

  @Test
  void a_folder_is_unknown_before_anything_is_fetched_for_it() throws IOException {
    Files.createDirectory(root.resolve("f"));

    assertThat(fixture.find("f", OptionalLong.of(10), null))
        .isEqualTo(unknown("the target is a folder"));
  }

  @Test
  void a_file_outside_of_the_root_is_not_read(@TempDir Path outside) throws IOException {
    Files.write(outside.resolve("f"), bytes(10));
    Files.createSymbolicLink(root.resolve("link"), outside);

    assertThat(fixture.find("link/f", OptionalLong.of(10), null))
        .isEqualTo(unknown("a symbolic link in the target leads out of the store"));
  }

  @Test
  void a_link_out_of_the_root_is_told_before_many_bytes_are_fetched(@TempDir Path outside)
      throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    Found refused = unknown("a symbolic link in the target leads out of the store");

    assertThat(fixture.find("link/f", OptionalLong.of(1 << 20), null)).isEqualTo(refused);
    assertThat(fixture.find("link/f", ANY, Digests.sha256(bytes(1)))).isEqualTo(refused);
    // Publishing refuses it.
    assertThat(fixture.find("link/f", OptionalLong.of((1 << 20) - 1), null))
        .isEqualTo(new Found.Nothing());
  }

  @Test
  void a_close_waits_for_a_comparison_that_runs() throws IOException {
    byte[] content = bytes(20 << 20);
    Files.write(root.resolve("f"), content);
    var found = fixture.store.find(StoreFixture.job("f").target(), ANY, Digests.sha256(content));
    StoreFixture.await(fixture.store.close());

    assertThat(found.isComplete()).isTrue();
    assertThat(found.result()).isInstanceOf(Found.Same.class);
    fixture = new StoreFixture(root);
  }

  private static Found unknown(String reason) {
    return new Found.Unknown(Failure.of(ErrorCode.STORAGE, reason).fatal());
  }
}
