package dev.haul.store;

import static dev.haul.store.S3Fixture.PART;
import static dev.haul.store.S3Fixture.key;
import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.InvalidField;
import dev.haul.job.StoredFile;
import dev.haul.job.ToldDigest;
import dev.haul.origin.s3.S3Double;
import dev.haul.origin.s3.S3Fault;
import dev.haul.origin.s3.S3Object;
import dev.haul.origin.s3.S3Operation;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that go into a bucket, whose server breaks now and then. */
class S3StoreTest {
  @TempDir Path folder;
  private S3Double bucket;
  private S3Fixture fixture;

  @BeforeEach
  void open() throws IOException {
    bucket = S3Fixture.bucket(folder);
    fixture = new S3Fixture(bucket.endpoint(), 1);
  }

  @AfterEach
  void close() {
    bucket.before((_, _) -> {});
    fixture.close();
    bucket.close();
    assertThat(fixture.isLeaking()).isFalse();
  }

  private static Checksum sha256(byte[] content) {
    Hasher hasher = Hasher.of(Algorithm.SHA256);
    hasher.update(ByteBuffer.wrap(content));
    return hasher.checksum();
  }

  private static StoredFile stored(String target, byte[] content) {
    return new StoredFile(
        "s3://haul/files/" + target, content.length, sha256(content), "video/mp4", "\"tag\"");
  }

  private static Failure refusal(Published published) {
    assertThat(published).isInstanceOf(Published.Refused.class);
    return ((Published.Refused) published).failure();
  }

  private void nothingIsThere() {
    assertThat(bucket.object(key("f"))).isNull();
    Awaitility.await().until(() -> bucket.uploads() == 0);
    Awaitility.await().until(() -> bucket.objects("files/.haul/parts").isEmpty());
  }

  @Nested
  class A_file_that_fits_a_part {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, PART})
    void is_written_in_one_request(int size) {
      byte[] content = bytes(size);
      long before = bucket.count(S3Operation.PUT_OBJECT);

      assertThat(fixture.publish(job("f"), content))
          .isEqualTo(new Published.Stored(stored("f", content)));
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
      assertThat(bucket.count(S3Operation.PUT_OBJECT)).isEqualTo(before + 1);
      assertThat(bucket.count(S3Operation.CREATE_UPLOAD)).isZero();
    }

    @Test
    void is_told_with_its_type_class_encryption_and_tags() {
      try (var other =
          new S3Fixture(S3Fixture.settings(bucket.endpoint(), S3Encryption.KMS, true), 2)) {
        DownloadJob job =
            new DownloadJob(
                job("f").id(),
                job("f").url(),
                List.of(),
                job("ü/ 日本.mp4").target(),
                "test",
                OptionalLong.empty(),
                null,
                Map.of(),
                null,
                IfExists.REPLACE,
                5,
                null,
                null,
                null,
                java.util.OptionalInt.empty(),
                Map.of("meeting", "a b&c=日", "other", "x"));
        other.publish(job, bytes(10));
      }
      S3Object object = bucket.object(key("ü/ 日本.mp4"));

      assertThat(object.headers())
          .containsEntry("content-type", "video/mp4")
          .containsEntry("x-amz-storage-class", "STANDARD_IA")
          .containsEntry("x-amz-server-side-encryption", "aws:kms")
          .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "key-1")
          .containsEntry("x-amz-tagging", "meeting=a%20b_c%3D%E6%97%A5");
    }
  }

  @Nested
  class A_larger_file {
    @ParameterizedTest
    @ValueSource(ints = {PART + 1, 3 * PART, 8 * PART + 12345})
    void is_sent_in_parts_while_it_comes(int size) {
      byte[] content = bytes(size);

      assertThat(fixture.publish(job("f"), content))
          .isEqualTo(new Published.Stored(stored("f", content)));
      assertThat(bucket.object(key("f")).isOfParts()).isTrue();
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
      assertThat(bucket.count(S3Operation.UPLOAD_PART)).isEqualTo((size + PART - 1) / PART);
      Awaitility.await().until(() -> bucket.objects("files/.haul/parts").isEmpty());
      assertThat(bucket.uploads()).isZero();
    }

    @Test
    void may_be_of_unknown_size() {
      byte[] content = bytes(2 * PART);
      Part part = fixture.begin(job("f"), OptionalLong.empty(), null);
      fixture.write(part, content, 0, content.length);

      assertThat(fixture.publish(job("f"), part))
          .isEqualTo(new Published.Stored(stored("f", content)));
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
    }

    @Test
    void waits_for_memory_with_many_others() {
      byte[] content = bytes(3 * PART + 1);
      List<Future<Published>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        DownloadJob job = job("f" + i);
        all.add(
            fixture.store.publish(
                new Publication(fixture.part(job, content), job, "video/mp4", "\"tag\"")));
      }

      for (int i = 0; i < 8; i++) {
        assertThat(await(all.get(i))).isEqualTo(new Published.Stored(stored("f" + i, content)));
        assertThat(bucket.object(key("f" + i)).read()).isEqualTo(content);
      }
    }

    @Test
    void is_full_until_the_part_before_is_on_its_way() {
      bucket.before((operation, _) -> {
        if (operation == S3Operation.CREATE_UPLOAD) {
          Awaitility.await().until(() -> bucket.count(S3Operation.HEAD_OBJECT) > 100);
        }
      });
      byte[] content = bytes(30 * PART);
      Part part = fixture.begin(job("f"), content.length);
      fixture.write(part, content, 0, content.length);

      Awaitility.await().until(part::isFull);
      for (int i = 0; i < 101; i++) {
        fixture.find("other", OptionalLong.empty(), null);
      }
      Awaitility.await().until(() -> !part.isFull());
      part.discard();
      nothingIsThere();
    }
  }

  @Nested
  class A_file_that_is_not_what_it_should_be {
    private final byte[] content = bytes(2 * PART + 7);

    @Test
    void leaves_nothing_when_its_checksum_differs() {
      DownloadJob job = job("f", OptionalLong.empty(), sha256(bytes(3)), IfExists.REPLACE);

      assertThat(refusal(fixture.publish(job, content)).code())
          .isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
      assertThat(bucket.count(S3Operation.COMPLETE_UPLOAD)).isZero();
      nothingIsThere();
    }

    @Test
    void leaves_nothing_when_the_server_told_another_digest() {
      var told = new ToldDigest("Content-MD5", Checksum.parse("md5:" + "0".repeat(32)));

      assertThat(refusal(fixture.publish(job("f"), fixture.part(job("f"), content, told))).code())
          .isEqualTo(ErrorCode.CHECKSUM_MISMATCH);
      nothingIsThere();
    }

    @Test
    void leaves_nothing_when_its_size_differs() {
      DownloadJob job = job("f", OptionalLong.of(9), null, IfExists.REPLACE);

      assertThat(refusal(fixture.publish(job, content)).code()).isEqualTo(ErrorCode.SIZE_MISMATCH);
      nothingIsThere();
    }

    @Test
    void leaves_nothing_when_it_is_cancelled() {
      Part part = fixture.part(job("f"), content);
      Awaitility.await().until(() -> bucket.count(S3Operation.UPLOAD_PART) == 2);
      part.discard();
      nothingIsThere();
    }
  }

  @Nested
  class What_stands_under_the_target {
    private final byte[] old = bytes(10);

    @BeforeEach
    void put() {
      fixture.publish(job("f"), old);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, PART + 1})
    void is_replaced_in_one_step(int size) {
      byte[] content = bytes(size);

      assertThat(fixture.publish(job("f"), content)).isInstanceOf(Published.Stored.class);
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, PART + 1})
    void stays_when_the_job_says_so(int size) {
      DownloadJob job = job("f", OptionalLong.empty(), null, IfExists.FAIL);

      assertThat(refusal(fixture.publish(job, bytes(size))).code())
          .isEqualTo(ErrorCode.TARGET_EXISTS);
      assertThat(bucket.object(key("f")).read()).isEqualTo(old);
      Awaitility.await().until(() -> bucket.uploads() == 0);
    }

    @Test
    void is_compared_by_size_and_bytes() {
      assertThat(fixture.find("g", OptionalLong.of(10), null)).isEqualTo(new Found.Nothing());
      assertThat(fixture.find("f", OptionalLong.of(11), null)).isEqualTo(new Found.Different());
      assertThat(fixture.find("f", OptionalLong.empty(), null)).isEqualTo(new Found.Different());
      assertThat(fixture.find("f", OptionalLong.of(10), sha256(old)))
          .isEqualTo(
              new Found.Same(new StoredFile("s3://haul/files/f", 10, sha256(old), null, null)));
      bucket.fail(S3Operation.GET_OBJECT, S3Fault.DAMAGED, 1);
      assertThat(fixture.find("f", OptionalLong.of(10), sha256(old)))
          .isEqualTo(new Found.Different());
      bucket.fail(S3Operation.HEAD_OBJECT, S3Fault.DENIED, 1);
      assertThat(fixture.find("f", OptionalLong.of(10), null)).isInstanceOf(Found.Unknown.class);
    }
  }

  @Nested
  class A_server_that_breaks {
    private final byte[] content = bytes(3 * PART + 99);

    @ParameterizedTest
    @EnumSource(
        value = S3Fault.class,
        names = {"SLOW_DOWN", "ERROR", "CUT", "NO_ANSWER"})
    void is_asked_again(S3Fault fault) {
      for (S3Operation operation :
          List.of(
              S3Operation.CREATE_UPLOAD, S3Operation.UPLOAD_PART, S3Operation.COMPLETE_UPLOAD)) {
        bucket.fail(operation, fault, 1);
      }

      assertThat(fixture.publish(job("f"), content))
          .isEqualTo(new Published.Stored(stored("f", content)));
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
    }

    @Test
    void may_lose_its_answer_to_a_small_file() {
      bucket.fail(S3Operation.PUT_OBJECT, S3Fault.NO_ANSWER, 1);

      assertThat(fixture.publish(job("f", OptionalLong.empty(), null, IfExists.FAIL), bytes(10)))
          .isEqualTo(new Published.Stored(stored("f", bytes(10))));
    }

    @Test
    void that_gives_another_tag_is_asked_what_it_has() {
      bucket.fail(S3Operation.UPLOAD_PART, S3Fault.WRONG_TAG, 2);

      assertThat(fixture.publish(job("f"), content)).isInstanceOf(Published.Stored.class);
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
    }

    @Test
    void that_loses_a_part_makes_no_file() {
      bucket.fail(S3Operation.UPLOAD_PART, S3Fault.LOST, 1);

      Failure failure = refusal(fixture.publish(job("f"), content));
      assertThat(failure.code()).isEqualTo(ErrorCode.BAD_RESPONSE);
      assertThat(failure.retryable()).isTrue();
      nothingIsThere();
      assertThat(fixture.publish(job("f"), content)).isInstanceOf(Published.Stored.class);
    }

    @Test
    void that_stays_busy_fails_the_attempt_and_keeps_what_it_has() {
      bucket.fail(S3Operation.COMPLETE_UPLOAD, S3Fault.SLOW_DOWN, 5);

      Failure failure = refusal(fixture.publish(job("f"), content));
      assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE);
      assertThat(failure.retryable()).isTrue();
      long sent = bucket.count(S3Operation.UPLOAD_PART);
      Part part = fixture.resume(job("f"));
      assertThat(part.bytes()).isEqualTo(content.length);
      assertThat(fixture.publish(job("f"), part))
          .isEqualTo(new Published.Stored(stored("f", content)));
      assertThat(bucket.object(key("f")).read()).isEqualTo(content);
      assertThat(bucket.count(S3Operation.UPLOAD_PART)).isEqualTo(sent + 1);
    }

    @Test
    void that_refuses_fails_the_job() {
      bucket.fail(S3Operation.CREATE_UPLOAD, S3Fault.DENIED, 1);
      Part part = fixture.part(job("f"), content);
      Awaitility.await().until(part::isBroken);

      Failure failure = refusal(fixture.publish(job("f"), part));
      assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE);
      assertThat(failure.retryable()).isFalse();
      assertThat(failure.message()).contains("403 AccessDenied");
      nothingIsThere();
    }

    @Test
    void that_is_full_has_the_job_wait() {
      bucket.fail(S3Operation.UPLOAD_PART, S3Fault.FULL, 10);

      assertThat(fixture.publish(job("f"), content)).isInstanceOf(Published.NoRoom.class);
    }
  }

  @Nested
  class A_store_that_cannot_work {
    @Test
    void is_refused_when_the_bucket_is_not_there() {
      S3Settings settings = S3Fixture.settings(bucket.endpoint());
      var other =
          new S3Settings(
              "other",
              settings.prefix(),
              null,
              settings.endpoint(),
              settings.accessKeyId(),
              null,
              settings.secretKeyEnv(),
              S3Encryption.BUCKET,
              null,
              null,
              List.of(),
              PART,
              PART,
              8,
              true,
              true);

      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> new S3Fixture(other, 2))
          .withMessageContaining("stores.test.s3.bucket")
          .withMessageContaining("NoSuchBucket");
    }

    @Test
    void is_refused_when_it_may_not_be_written() {
      bucket.fail(S3Operation.PUT_OBJECT, S3Fault.DENIED, 1);

      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> new S3Fixture(bucket.endpoint(), 2))
          .withMessageContaining("403 AccessDenied");
    }

    @Test
    void is_refused_when_the_server_ignores_conditions() {
      bucket.fail(S3Operation.PUT_OBJECT, S3Fault.UNCONDITIONAL, 3);

      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> new S3Fixture(bucket.endpoint(), 2))
          .withMessageContaining("stores.test.s3.conditional-writes");
    }

    @Test
    void works_without_conditions_when_it_is_told() {
      bucket.fail(S3Operation.PUT_OBJECT, S3Fault.UNCONDITIONAL, 100);
      try (var other =
          new S3Fixture(S3Fixture.settings(bucket.endpoint(), S3Encryption.SSE, false), 2)) {
        assertThat(other.publish(job("f"), bytes(9))).isInstanceOf(Published.Stored.class);
        assertThat(other.publish(job("f"), bytes(10))).isInstanceOf(Published.Stored.class);
        assertThat(
                refusal(
                        other.publish(
                            job("f", OptionalLong.empty(), null, IfExists.FAIL), bytes(11)))
                    .code())
            .isEqualTo(ErrorCode.TARGET_EXISTS);
      }
      assertThat(bucket.object(key("f")).read()).isEqualTo(bytes(10));
    }
  }
}
