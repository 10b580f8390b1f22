package dev.haul.store;

import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.Store.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToldDigestsTest {
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

  private Published publish(DownloadJob job, byte[] content, List<ToldDigest> told) {
    return await(
        fixture.publishing(
            job,
            fixture.append(
                fixture.store.parts().begin(StoreFixture.order(job, told)), content, 16 << 10)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 300_000})
  void digests_that_are_right_change_nothing(int size) {
    byte[] content = StoreFixture.bytes(size);
    List<ToldDigest> told =
        Arrays.stream(Algorithm.values())
            .map(algorithm -> new ToldDigest("h", Digests.of(algorithm, content)))
            .toList();

    assertThat(publish(job("f"), content, told))
        .isInstanceOfSatisfying(
            Published.Stored.class,
            stored -> assertThat(stored.file().checksum()).isEqualTo(Digests.sha256(content)));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void one_that_is_wrong_refuses_the_file(Algorithm algorithm) {
    byte[] content = StoreFixture.bytes(300_000);
    Checksum right = Digests.of(algorithm, content);
    Checksum wrong = Digests.of(algorithm, new byte[] {1});
    DownloadJob job =
        job("f", OptionalLong.empty(), Digests.of(Algorithm.MD5, content), IfExists.REPLACE);

    assertThat(
            publish(
                job,
                content,
                List.of(new ToldDigest("Good", right), new ToldDigest("Content-MD5", wrong))))
        .isEqualTo(
            new Published.Refused(
                Failure.of(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "Content-MD5 of the server says " + wrong + " but received " + right)));
    assertThat(Files.exists(root.resolve("f"))).isFalse();
  }

  @Test
  void the_checksum_of_the_job_comes_first() {
    byte[] content = {1, 2, 3};
    Checksum wrong = Digests.sha256(new byte[0]);
    DownloadJob job = job("f", OptionalLong.empty(), wrong, IfExists.REPLACE);

    assertThat(publish(job, content, List.of(new ToldDigest("Content-MD5", wrong))))
        .isEqualTo(
            new Published.Refused(
                Failure.of(
                    ErrorCode.CHECKSUM_MISMATCH,
                    "expected " + wrong + " but received " + Digests.sha256(content))));
  }
}
