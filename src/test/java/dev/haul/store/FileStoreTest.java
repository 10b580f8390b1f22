package dev.haul.store;

import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FileStoreTest {
  @TempDir Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(root);
  }

  @AfterEach
  void nothing_is_left_behind() throws IOException {
    fixture.close();
    assertThat(fixture.leaks()).isEmpty();
    assertThat(fixture.partFiles()).isEmpty();
  }

  @Nested
  class A_published_file {
    @ParameterizedTest
    @CsvSource({
      "0, 1",
      "1, 1",
      "65535, 16384",
      "65536, 16384",
      "65537, 16384",
      "65537, 65537",
      "3000, 1",
      "200000, 333",
      "5242880, 7919",
      "5242880, 1048576",
    })
    void has_the_bytes_of_the_part_and_their_digest(int size, int chunk) throws IOException {
      byte[] content = bytes(size);
      DownloadJob job = job("a/b/file.bin");

      Published published = await(fixture.publishing(job, fixture.part(job, content, chunk)));

      assertThat(published)
          .isEqualTo(
              new Stored(
                  new StoredFile(
                      root.resolve("a/b/file.bin").toUri().toString(),
                      size,
                      Digests.sha256(content),
                      "video/mp4",
                      "\"tag\"")));
      assertThat(fixture.read("a/b/file.bin")).isEqualTo(content);
      assertThat(fixture.partFiles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
      "md5:900150983cd24fb0d6963f7d28e17f72",
      "crc32c:364b3fb7",
    })
    void has_the_digest_that_the_job_asks_for(String checksum) {
      DownloadJob job = job("abc", OptionalLong.of(3), Checksum.parse(checksum), IfExists.REPLACE);

      Published published = fixture.publish(job, new byte[] {'a', 'b', 'c'});

      assertThat(published)
          .isInstanceOfSatisfying(
              Stored.class, stored -> assertThat(stored.file().checksum()).hasToString(checksum));
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void is_hashed_alike_whether_it_is_held_or_streamed(Algorithm algorithm) {
      byte[] content = bytes(300_000);
      DownloadJob job =
          job("f", OptionalLong.empty(), Digests.of(algorithm, content), IfExists.REPLACE);

      assertThat(fixture.publish(job, content)).isInstanceOf(Stored.class);
    }

    @Test
    void may_have_any_name_that_a_target_may_have() throws IOException {
      for (String name :
          List.of("会議 録画 😀.mp4", "e\u0301té", "x".repeat(255), "a/".repeat(120) + "b")) {
        byte[] content = bytes(10);
        assertThat(fixture.publish(job(name), content)).isInstanceOf(Stored.class);
        assertThat(fixture.read(name)).isEqualTo(content);
      }
    }

    @Test
    void has_the_permissions_that_any_new_file_gets() throws IOException {
      Files.createFile(root.resolve("usual"));
      fixture.publish(job("stored"), bytes(10));

      assertThat(Files.getPosixFilePermissions(root.resolve("stored")))
          .isEqualTo(Files.getPosixFilePermissions(root.resolve("usual")));
    }

    @Test
    void replaces_the_one_before_without_a_moment_between() throws Exception {
      byte[] one = bytes(20_000);
      byte[] other = bytes(20_001);
      fixture.publish(job("f"), one);
      var stop = new CountDownLatch(1);
      var wrong = new ArrayList<String>();
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                while (stop.getCount() > 0) {
                  try {
                    byte[] seen = fixture.read("f");
                    if (seen.length != one.length && seen.length != other.length) {
                      wrong.add(seen.length + " bytes");
                    }
                  } catch (IOException e) {
                    wrong.add(e.toString());
                  }
                }
              });
      for (int i = 0; i < 250; i++) {
        fixture.publish(job("f"), other);
        fixture.publish(job("f"), one);
      }
      stop.countDown();
      reader.join();

      assertThat(wrong).isEmpty();
      assertThat(fixture.read("f")).isEqualTo(one);
    }
  }

  @Nested
  class A_part_that_is_not_what_the_job_wants {
    @ParameterizedTest
    @CsvSource({"100", "300000"})
    void is_refused_for_its_size_and_the_old_file_stays(int size) throws IOException {
      Files.writeString(root.resolve("f"), "old");
      DownloadJob job = job("f", OptionalLong.of(size + 1), null, IfExists.REPLACE);

      assertThat(fixture.publish(job, bytes(size)))
          .isEqualTo(
              new Refused(
                  Failure.of(
                      ErrorCode.SIZE_MISMATCH,
                      "expected " + (size + 1) + " bytes but received " + size)));
      assertThat(root.resolve("f")).hasContent("old");
    }

    @ParameterizedTest
    @CsvSource({"100", "300000"})
    void is_refused_for_its_checksum_and_the_old_file_stays(int size) throws IOException {
      Files.writeString(root.resolve("f"), "old");
      Checksum wanted = Digests.of(Algorithm.MD5, bytes(size + 1));
      DownloadJob job = job("f", OptionalLong.empty(), wanted, IfExists.REPLACE);

      assertThat(fixture.publish(job, bytes(size)))
          .isEqualTo(
              new Refused(
                  Failure.of(
                      ErrorCode.CHECKSUM_MISMATCH,
                      "expected "
                          + wanted
                          + " but received "
                          + Digests.of(Algorithm.MD5, bytes(size)))));
      assertThat(root.resolve("f")).hasContent("old");
    }
  }

  @Nested
  class A_target_that_must_not_exist {
    @Test
    void is_written_by_exactly_one_of_many() throws IOException {
      List<Future<Published>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        DownloadJob job = job("f", OptionalLong.empty(), null, IfExists.FAIL);
        // Held ones share a batch, streamed ones run beside it.
        all.add(
            fixture.publishing(
                job, fixture.part(job, bytes(i % 2 == 0 ? 1000 + i : 100_000 + i), 16 << 10)));
      }
      List<Published> ends = all.stream().map(StoreFixture::await).toList();

      List<Published> stored = ends.stream().filter(Stored.class::isInstance).toList();
      assertThat(stored).hasSize(1);
      assertThat(ends)
          .filteredOn(Refused.class::isInstance)
          .hasSize(7)
          .containsOnly(new Refused(Failure.of(ErrorCode.TARGET_EXISTS, "the target exists")));
      long winner = ((Stored) stored.getFirst()).file().bytes();
      assertThat(fixture.read("f")).isEqualTo(bytes((int) winner));
    }
  }

  @Nested
  class A_target_that_cannot_be_written {
    private Refused refused(String reason) {
      return new Refused(Failure.of(ErrorCode.STORAGE, reason).fatal());
    }

    @Test
    void is_refused_when_it_is_a_folder() throws IOException {
      Files.createDirectories(root.resolve("folder/full"));
      assertThat(fixture.publish(job("folder"), bytes(10)))
          .isEqualTo(refused("the target is a folder"));
    }

    @ParameterizedTest
    @CsvSource({"file/x", "file/x/y/z"})
    void is_refused_when_a_parent_is_a_file(String target) throws IOException {
      Files.createFile(root.resolve("file"));
      assertThat(fixture.publish(job(target), bytes(10)))
          .isEqualTo(refused("a parent of the target is a file"));
    }

    @ParameterizedTest
    @CsvSource({"link/x", "link/a/b/c", "inner/up/x"})
    void is_refused_when_a_link_leads_out_of_the_root(String target, @TempDir Path outside)
        throws IOException {
      Files.createDirectory(root.resolve("inner"));
      Files.createSymbolicLink(root.resolve("link"), outside);
      Files.createSymbolicLink(root.resolve("inner/up"), Path.of("../.."));

      assertThat(fixture.publish(job(target), bytes(10)))
          .isEqualTo(refused("a symbolic link in the target leads out of the store"));
      assertThat(outside).isEmptyDirectory();
    }

    @Test
    void is_reached_through_a_link_that_stays_inside() throws IOException {
      Files.createDirectory(root.resolve("inner"));
      Files.createSymbolicLink(root.resolve("link"), Path.of("inner"));

      assertThat(fixture.publish(job("link/x"), bytes(10))).isInstanceOf(Stored.class);
      assertThat(fixture.read("inner/x")).isEqualTo(bytes(10));
    }

    @Test
    void replaces_a_link_and_not_what_it_points_to(@TempDir Path outside) throws IOException {
      Path victim = Files.writeString(outside.resolve("victim"), "mine");
      Files.createSymbolicLink(root.resolve("f"), victim);

      assertThat(fixture.publish(job("f"), bytes(10))).isInstanceOf(Stored.class);
      assertThat(victim).hasContent("mine");
      assertThat(fixture.read("f")).isEqualTo(bytes(10));
    }
  }

  @Test
  void folders_that_others_remove_meanwhile_are_made_again() throws IOException {
    for (int i = 0; i < 300; i++) {
      DownloadJob job = job("a/b/" + i);
      Future<Published> publishing = fixture.publishing(job, fixture.part(job, bytes(10), 10));
      try {
        Files.deleteIfExists(root.resolve("a/b"));
        Files.deleteIfExists(root.resolve("a"));
      } catch (DirectoryNotEmptyException e) {
        // The publication was faster.
      }
      assertThat(await(publishing)).isInstanceOf(Stored.class);
      Files.delete(root.resolve("a/b/" + i));
    }
  }

  @Nested
  class A_part_that_is_gone {
    @Test
    void is_not_published() {
      DownloadJob job = job("f");
      Part part = fixture.part(job, bytes(10), 10);
      part.discard();
      part.discard();
      part.append(fixture.buffer(bytes(5), 0, 5));

      assertThat(await(fixture.store.publish(new Publication(part, job, null, null))))
          .isInstanceOf(Refused.class);
      assertThat(root.resolve("f")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "65536", "65537", "200000", "5000000"})
    void leaves_neither_file_nor_buffer_after_a_discard(int size) {
      fixture.part(job("f"), bytes(size), 4096).discard();
    }
  }
}
