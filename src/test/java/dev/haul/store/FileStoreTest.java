package dev.haul.store;

import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Fsync.class)
class FileStoreTest {
  @Parameter Fsync fsync;
  @TempDir Path root;
  private StoreFixture fixture;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(StoreSettings.of(root, fsync, 4, 0, Duration.ofDays(7)));
  }

  @AfterEach
  void nothing_is_left_behind() throws IOException {
    fixture.close();
    assertThat(fixture.leaks()).isEmpty();
    assertThat(fixture.partFiles()).isEmpty();
  }

  @Nested
  class A_published_file {
    @Test
    void is_as_long_as_its_bytes_although_more_were_announced() throws IOException {
      byte[] content = bytes(3 << 20);
      DownloadJob job = job("file.bin");
      PartOrder order = StoreFixture.order(job, List.of());
      OptionalLong announced = OptionalLong.of(4 << 20);
      Part part =
          fixture
              .store
              .parts()
              .begin(
                  new PartOrder(
                      order.key(),
                      job,
                      order.contentType(),
                      order.algorithm(),
                      order.told(),
                      announced,
                      null));

      await(fixture.publishing(job, fixture.append(part, content, 64 << 10)));

      assertThat(fixture.read("file.bin")).isEqualTo(content);
    }

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
      part.write(10, fixture.buffer(bytes(5), 0, 5));

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
