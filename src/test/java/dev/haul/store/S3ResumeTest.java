package dev.haul.store;

import static dev.haul.store.S3Fixture.PART;
import static dev.haul.store.S3Fixture.SOURCE;
import static dev.haul.store.S3Fixture.key;
import static dev.haul.store.StoreFixture.PARTITION;
import static dev.haul.store.StoreFixture.await;
import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.ToldDigest;
import dev.haul.origin.s3.S3Double;
import dev.haul.origin.s3.S3Fault;
import dev.haul.origin.s3.S3Object;
import dev.haul.origin.s3.S3Operation;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that were put down, by this worker or by one that died, and are taken up again. */
class S3ResumeTest {
  private static final int SIZE = 12 * PART + 4321;

  @TempDir Path folder;
  private final byte[] content = bytes(SIZE);
  private final DownloadJob job =
      job("f", OptionalLong.of(SIZE), digest(Algorithm.SHA256, content), IfExists.REPLACE);
  private S3Double bucket;
  private S3Fixture first;

  @BeforeEach
  void open() throws IOException {
    bucket = S3Fixture.bucket(folder);
    first = new S3Fixture(bucket.endpoint(), 1);
  }

  @AfterEach
  void close() {
    bucket.before((_, _) -> {});
    first.close();
    bucket.close();
    assertThat(first.isLeaking()).isFalse();
  }

  private static Checksum digest(Algorithm algorithm, byte[] content) {
    Hasher hasher = Hasher.of(algorithm);
    hasher.update(ByteBuffer.wrap(content));
    return hasher.checksum();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> variables() {
    return Map.of("S3_SECRET", "secret");
  }

  /** Writes the rest and sees that the whole arrives. */
  private void completes(S3Fixture by, Part part) {
    by.write(part, content, (int) part.bytes(), SIZE);

    assertThat(by.publish(job, part)).isInstanceOf(Published.Stored.class);
    assertThat(bucket.object(key("f")).read()).isEqualTo(content);
    Awaitility.await().until(() -> bucket.objects("files/.haul/parts").isEmpty());
    assertThat(bucket.uploads()).isZero();
  }

  @Nested
  class What_was_put_down {
    @ParameterizedTest
    @ValueSource(ints = {1, 70_000, PART - 1, PART, 3 * PART + 5, 12 * PART, SIZE})
    void is_taken_up_to_the_last_byte(int bytes) {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, bytes);
      await(part.keep());
      Part again = first.resume(job);

      assertThat(again.bytes()).isEqualTo(bytes);
      assertThat(again.representation()).isEqualTo(S3Fixture.representation(SIZE));
      completes(first, again);
    }

    @Test
    void is_taken_up_many_times() {
      Part part = first.begin(job, SIZE);
      int at = 0;
      for (int i = 0; i < 8; i++) {
        first.write(part, content, at, at + 7_000_001);
        at += 7_000_001;
        await(part.keep());
        part = first.resume(job);
        assertThat(part.bytes()).isEqualTo(at);
      }
      completes(first, part);
    }

    @Test
    void is_taken_up_by_another_worker_with_its_digests() {
      var told = new ToldDigest("Content-MD5", digest(Algorithm.MD5, content));
      Part part = first.begin(job, SIZE, told);
      first.write(part, content, 0, 5 * PART + 99);
      await(part.keep());
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        Part again = second.resume(job);
        assertThat(again.bytes()).isEqualTo(5 * PART + 99);
        completes(second, again);
      }
    }

    @Test
    void is_not_for_another_source_or_job() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 2 * PART);
      await(part.keep());
      PartKey key = StoreFixture.key(job);

      assertThat(
              first
                  .store
                  .parts()
                  .resume(key, SourceUrl.parse("http://mirror/file"), Algorithm.SHA256))
          .isNull();
      assertThat(first.resume(job)).isNotNull();
    }

    @Test
    void is_given_up_when_the_job_ends() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 2 * PART);
      await(part.keep());
      first.store.parts().forget(StoreFixture.key(job));

      Awaitility.await().until(() -> bucket.uploads() == 0);
      Awaitility.await().until(() -> bucket.objects("files/.haul/parts").isEmpty());
      assertThat(first.resume(job)).isNull();
    }

    @Test
    void goes_with_a_job_to_another_partition() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 2 * PART + 5);
      await(part.keep());
      await(first.store.parts().release(StoreFixture.key(job)));
      var other = new PartKey(new Partition("retry", 3), job.id(), job.url());
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        await(second.store.parts().claim(other.partition(), 1));
        await(second.store.parts().adopt(other));
        Part again = await(second.store.parts().resume(other, SOURCE, Algorithm.SHA256));
        assertThat(again.bytes()).isEqualTo(2 * PART + 5);
        completes(second, again);
      }
    }

    @Test
    void starts_over_when_a_part_of_it_is_lost() {
      bucket.fail(S3Operation.UPLOAD_PART, S3Fault.LOST, 1);
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 3 * PART + 1);
      await(part.keep());

      assertThat(first.resume(job)).isNull();
      Awaitility.await().until(() -> bucket.uploads() == 0);
      completes(first, first.begin(job, SIZE));
    }

    @Test
    void goes_on_with_its_parts_when_its_tail_is_of_another_place() throws IOException {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 2 * PART + 70_000);
      await(part.keep());
      List<S3Object> tails = bucket.objects("files/.haul/parts");
      String tail =
          tails.stream()
              .map(S3Object::key)
              .filter(it -> it.endsWith(".tail"))
              .findAny()
              .orElseThrow();
      // As when a worker dies after the tail and before the checkpoint that it belongs to.
      try (S3Bucket by = S3Bucket.of("x", S3Fixture.settings(bucket.endpoint()), variables())) {
        List<ByteBuffer> other = List.of(ByteBuffer.wrap(content, 3 * PART, 70_000).slice());
        var _ =
            by.put(
                tail,
                other,
                S3Buffer.crc(other),
                new S3Bucket.Attributes(null, "", "other"),
                new S3Bucket.Condition.Anything());
      }

      Part again = requireNonNull(first.resume(job));
      assertThat(again.bytes()).isEqualTo(2 * PART);
      completes(first, again);
    }

    @Test
    void starts_over_when_its_parts_are_larger_than_all_memory() {
      S3Settings large =
          S3Fixture.settings(bucket.endpoint(), S3Encryption.BUCKET, true, 2 * PART, 4 * PART);
      S3Settings small =
          S3Fixture.settings(bucket.endpoint(), S3Encryption.BUCKET, true, PART, PART);
      try (var second = new S3Fixture(large, 2)) {
        Part part = second.begin(job, SIZE);
        second.write(part, content, 0, 3 * PART);
        await(part.keep());
      }
      try (var third = new S3Fixture(small, 3)) {
        assertThat(third.resume(job)).isNull();
        completes(third, third.begin(job, SIZE));
      }
    }

    @Test
    void is_given_up_when_none_of_it_came() {
      bucket.fail(S3Operation.UPLOAD_PART, S3Fault.ERROR, 5);
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, PART + 70_000);
      Awaitility.await().until(part::isBroken);
      await(part.keep());

      assertThat(first.resume(job)).isNull();
      Awaitility.await().until(() -> bucket.uploads() == 0);
      Awaitility.await().until(() -> bucket.objects("files/.haul/parts").isEmpty());
    }

    @Test
    void stays_when_its_worker_gets_the_partition_again() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 3 * PART + 5);
      Awaitility.await().until(() -> !bucket.objects("files/.haul/parts").isEmpty());
      // It was lost, and is here again before the transfer was told.
      await(first.store.parts().claim(PARTITION, 2));
      await(part.keep());
      Part again = first.resume(job);

      assertThat(again.bytes()).isEqualTo(3 * PART + 5);
      completes(first, again);
    }
  }

  @Nested
  class A_worker_that_died {
    @Test
    void leaves_its_whole_parts_when_it_was_about_to_publish() {
      byte[] small = Arrays.copyOf(content, 3 * PART + 100);
      var asked = new CountDownLatch(4);
      var reached = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      var held = new AtomicBoolean();
      bucket.before((operation, _) -> {
        if (operation == S3Operation.UPLOAD_PART) {
          asked.countDown();
          if (!held.getAndSet(true)) {
            // The last part comes first.
            waitFor(asked);
          }
        } else if (operation == S3Operation.COMPLETE_UPLOAD) {
          reached.countDown();
          waitFor(go);
        }
      });
      Future<Published> late =
          first.store.publish(
              new Publication(first.part(job("g"), small), job("g"), "video/mp4", "\"tag\""));
      waitFor(reached);
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        Part again = second.resume(job("g"));
        go.countDown();
        assertThat(again.bytes()).isGreaterThanOrEqualTo(2 * PART);
        await(again.keep());
        await(late);
      }
    }

    @Test
    void leaves_all_but_the_last_parts() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 11 * PART);
      Awaitility.await().until(() -> bucket.count(S3Operation.UPLOAD_PART) == 10);
      Awaitility.await().until(() -> bucket.objects("files/.haul/parts").getFirst().bytes() > 0);
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        Awaitility.await().until(() -> saved() >= 8);
        await(second.store.parts().claim(PARTITION, 3));
        Part again = second.resume(job);
        assertThat(again.bytes()).isGreaterThanOrEqualTo(8 * PART);
        completes(second, again);
      }
      part.discard();
    }

    private int saved() {
      String json =
          new String(
              bucket.objects("files/.haul/parts").getFirst().read(),
              java.nio.charset.StandardCharsets.UTF_8);
      return Integer.parseInt(json.replaceAll(".*\"parts\":(\\d+).*", "$1"));
    }

    @Test
    void leaves_nothing_for_ever() {
      Part part = first.begin(job("g"), SIZE);
      first.write(part, content, 0, 2 * PART);
      Part once = first.begin(job("h"), OptionalLong.of(SIZE), null);
      first.write(once, content, 0, 2 * PART);
      Awaitility.await().until(() -> bucket.uploads() == 2);
      Awaitility.await().until(() -> !bucket.objects("files/.haul/parts").isEmpty());
      // By the clock of S3, whose seconds have begun when they are over.
      S3Bucket other = S3Bucket.of("x", S3Fixture.settings(bucket.endpoint()), variables());
      try (other) {
        S3Names names = S3Names.of(S3Fixture.settings(bucket.endpoint()), "group");
        Awaitility.await()
            .until(() -> {
              S3Owners owners = S3Owners.open(other, names.owners());
              new S3Sweep(other, names, owners, Duration.ofMillis(1)).run();
              owners.close();
              return bucket.uploads() == 0 && bucket.objects("files/.haul/parts").isEmpty();
            });
      }
      part.discard();
      once.discard();
    }
  }

  @Nested
  class A_worker_that_was_stopped {
    private final byte[] newer = bytes(77);

    @ParameterizedTest
    @ValueSource(ints = {100, PART + 100})
    void replaces_nothing_when_it_wakes_up(int size) {
      first.publish(job("f"), bytes(9));
      var reached = new CountDownLatch(1);
      var go = new CountDownLatch(1);
      S3Operation last = size < PART ? S3Operation.PUT_OBJECT : S3Operation.COMPLETE_UPLOAD;
      var once = new AtomicBoolean();
      // It has looked what is there, and that the partition is its own.
      bucket.before((operation, name) -> {
        if (operation == last
            && name.equals(key("f"))
            && bucket.count(S3Operation.GET_OBJECT) > before
            && !once.getAndSet(true)) {
          reached.countDown();
          waitFor(go);
        }
      });
      before = bucket.count(S3Operation.GET_OBJECT);
      Future<Published> late = publishing(first, bytes(size));
      waitFor(reached);
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        assertThat(second.publish(job("f"), newer)).isInstanceOf(Published.Stored.class);
        go.countDown();
        Published refused = await(late);

        assertThat(refused).isInstanceOf(Published.Refused.class);
        assertThat(((Published.Refused) refused).failure().code()).isEqualTo(ErrorCode.STORAGE);
        assertThat(bucket.object(key("f")).read()).isEqualTo(newer);
      }
    }

    private volatile long before = Long.MAX_VALUE;

    private Future<Published> publishing(S3Fixture by, byte[] content) {
      return by.store.publish(
          new Publication(by.part(job("f"), content), job("f"), "video/mp4", "\"tag\""));
    }

    @Test
    void gives_up_nothing_of_its_successor() {
      Part part = first.begin(job, SIZE);
      first.write(part, content, 0, 6 * PART);
      Awaitility.await().until(() -> bucket.count(S3Operation.UPLOAD_PART) == 5);
      try (var second = new S3Fixture(bucket.endpoint(), 2)) {
        Part again = second.resume(job);
        assertThat(again).isNotNull();
        // It was not told that the partition went.
        part.discard();
        completes(second, again);
      }
    }

    @Test
    void claims_no_more_what_a_younger_one_has() {
      try (var second = new S3Fixture(bucket.endpoint(), 5)) {
        second.publish(job("f"), newer);
        await(first.store.parts().claim(PARTITION, 4));

        assertThat(first.publish(job("f"), bytes(3))).isInstanceOf(Published.Refused.class);
        assertThat(bucket.object(key("f")).read()).isEqualTo(newer);
      }
      // Its owner is gone, as when a group is deleted: what is older counts again.
      await(first.store.parts().claim(PARTITION, 4));
      assertThat(first.publish(job("f"), bytes(3))).isInstanceOf(Published.Stored.class);
    }
  }
}
