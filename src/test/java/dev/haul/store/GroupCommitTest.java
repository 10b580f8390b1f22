package dev.haul.store;

import static dev.haul.store.StoreFixture.bytes;
import static dev.haul.store.StoreFixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Store.Published.Refused;
import dev.haul.pipeline.Store.Published.Stored;
import dev.haul.store.WrittenPart.Pending;
import io.netty.buffer.Unpooled;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Syncs by hand, so that each moment can be looked at. */
class GroupCommitTest {
  @TempDir Path root;
  private final List<String> syncs = new ArrayList<>();
  private Locations locations;

  @BeforeEach
  void locate() throws IOException {
    locations = Locations.of(root);
  }

  private Pending pending(String name) {
    var file =
        new PartFile(
            root::resolve,
            "part-" + name,
            Algorithm.CRC32C,
            List.of(),
            new WritePath(Long.MAX_VALUE, null),
            new Reservation(new DiskSpace(root, 0), OptionalLong.empty(), 0),
            null);
    var key = StoreFixture.key(job(name));
    var part =
        new FilePart(key, file, new Strand(Runnable::run), new KeptParts(), new WriteMemory());
    part.write(0, Unpooled.wrappedBuffer(bytes(10)));
    part.handOver();
    return new Pending(part, new Publication(part, job(name), null, null), Promise.promise());
  }

  private Publisher publisher(GroupCommit.Sync sync) {
    return new Publisher(locations, new GroupCommit(sync));
  }

  private static Published end(Pending pending) {
    return pending.promise().future().result();
  }

  private String seen(Pending pending) {
    String name = pending.publication().job().target().path();
    boolean named = root.resolve(name).toFile().exists();
    return name + (end(pending) != null ? " answered" : named ? " named" : " written");
  }

  @Test
  void parts_are_named_after_one_common_sync_and_answered_after_the_next() {
    Pending a = pending("a");
    Pending b = pending("b");

    publisher(() -> syncs.add(seen(a) + ", " + seen(b))).publish(List.of(a, b));

    assertThat(syncs).containsExactly("a written, b written", "a named, b named");
    assertThat(List.of(end(a), end(b))).allMatch(Stored.class::isInstance);
    assertThat(root.resolve("a")).hasBinaryContent(bytes(10));
  }

  /** Publishes the second part in the middle of the first sync, from another thread. */
  @Test
  void a_part_that_comes_during_a_sync_is_left_to_the_one_who_leads() {
    Pending a = pending("a");
    Pending b = pending("b");
    List<Publisher> publishers = new ArrayList<>();
    publishers.add(
        publisher(() -> {
          if (syncs.isEmpty()) {
            joined(() -> publishers.getFirst().publish(List.of(b)));
          }
          syncs.add(seen(a) + ", " + seen(b));
        }));

    publishers.getFirst().publish(List.of(a));

    assertThat(syncs)
        .containsExactly("a written, b written", "a named, b written", "a answered, b named");
    assertThat(List.of(end(a), end(b))).allMatch(Stored.class::isInstance);
  }

  private static void joined(Runnable task) {
    try {
      Thread.ofPlatform().start(task).join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_sync_that_fails_is_replaced_by_one_of_each_part_so_that_only_broken_ones_fail() {
    Pending good = pending("good");
    Pending broken = pending("broken");
    var failing =
        publisher(() -> {
          // A closed file cannot be synced.
          broken.part().file().close();
          throw new IOException("syncfs failed with errno 5");
        });

    failing.publish(List.of(good, broken));

    assertThat(end(good)).isInstanceOf(Stored.class);
    assertThat(end(broken))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.failure().code()).isEqualTo(ErrorCode.STORAGE));
    assertThat(root.toFile().list()).containsExactly("good");
  }
}
