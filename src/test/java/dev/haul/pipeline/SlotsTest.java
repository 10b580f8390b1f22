package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.pipeline.Slots.Admission;
import dev.haul.pipeline.Slots.Slot;
import dev.haul.policy.DispatchSettings;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a host that is down, in real time. */
final class SlotsTest {
  private static final SourceRecord SOURCE =
      new SourceRecord(
          new Position(new Partition("jobs", 0), 0), Instant.EPOCH, null, null, List.of());
  private static final Failure REFUSED = Failure.of(ErrorCode.CONNECT, "refused");

  private final Vertx vertx = Vertx.vertx();
  private final List<Admission> admissions = new CopyOnWriteArrayList<>();
  private final List<Boolean> spared = new CopyOnWriteArrayList<>();
  private final Promise<Stop> over = Promise.promise();
  private Slots slots;
  private Context context;

  /** Has a context on which jobs may await. */
  private final class Shell extends VerticleBase {
    @Override
    public Future<?> start() {
      SlotsTest.this.context = super.context;
      slots =
          new Slots(
              vertx,
              DispatchSettings.of(64, 8),
              Map.of("jobs", 1),
              _ -> Duration.ofMillis(1500),
              InstantSource.system(),
              () -> {},
              () -> {});
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void start() {
    var options = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    vertx.deployVerticle(new Shell(), options).await();
    for (int i = 0; i < 5; i++) {
      acquire(job("dead", List.of(), null), true);
    }
    await().until(() -> spared.size() == 5);
    assertThat(spared).containsExactly(false, false, false, false, true);
    admissions.clear();
  }

  @AfterEach
  void stop() {
    over.complete(Stop.HAND_OVER);
    await().until(() -> slots.waiting() == 0);
    vertx.close().await();
  }

  private static DownloadJob job(String host, List<SourceUrl> mirrors, @Nullable Instant deadline) {
    return new DownloadJob(
        new JobId("job"),
        SourceUrl.parse("http://" + host + "/f"),
        mirrors,
        new Target("f"),
        DownloadJob.DEFAULT_STORE,
        OptionalLong.empty(),
        null,
        Map.of(),
        null,
        IfExists.SKIP,
        DownloadJob.DEFAULT_PRIORITY,
        null,
        null,
        deadline,
        OptionalInt.empty(),
        Map.of());
  }

  private void acquire(DownloadJob job, boolean fail) {
    context.runOnContext(_ -> {
      var place = slots.enqueue(new JobRecord.Valid(SOURCE, job, null), Instant.now());
      Admission admission = slots.await(place, over.future());
      if (fail && admission instanceof Admission.Taken taken) {
        spared.add(slots.release(taken.slot(), new FetchResult.Failed(REFUSED, 0)));
      }
      admissions.add(admission);
    });
  }

  @Test
  void all_but_a_few_jobs_wait_elsewhere_when_it_lasts() {
    for (int i = 0; i < 30; i++) {
      acquire(job("dead", List.of(), null), true);
    }
    await()
        .untilAsserted(() ->
            assertThat(admissions.stream().filter(it -> it instanceof Admission.Elsewhere))
                .hasSizeBetween(10, 14)
                .allMatch(new Admission.Elsewhere(REFUSED, Duration.ofMillis(1500))::equals));
  }

  @Test
  void a_job_with_a_mirror_goes_there() {
    acquire(job("dead", List.of(SourceUrl.parse("http://well/f")), null), false);

    await().until(() -> admissions.size() == 1);
    assertThat(admissions.getFirst())
        .isInstanceOfSatisfying(
            Admission.Taken.class, taken -> assertThat(taken.slot().host()).hasToString("well:80"));
  }

  /** Asks for a slot that a transfer would have beside its own. */
  private @Nullable Slot further() {
    Promise<Optional<Slot>> answer = Promise.promise();
    var record = new JobRecord.Valid(SOURCE, job("well", List.of(), null), null);
    context.runOnContext(_ -> answer.complete(Optional.ofNullable(slots.acquireNow(record))));
    await().until(() -> answer.future().isComplete());
    return answer.future().result().orElse(null);
  }

  private void giveBack(Slot slot) {
    context.runOnContext(_ -> {
      boolean _ = slots.release(slot, null);
    });
  }

  @Test
  void a_further_slot_is_given_at_once_or_not_at_all_and_never_before_a_job_that_waits() {
    Deque<Slot> taken = new ArrayDeque<>();
    for (Slot slot = further(); slot != null; slot = further()) {
      taken.push(slot);
    }
    assertThat(taken).as("slots of a host").hasSize(8);
    assertThat(slots.waiting()).isZero();

    acquire(job("well", List.of(), null), false);
    await().until(() -> slots.waiting() == 1);
    giveBack(taken.pop());
    await().until(() -> admissions.size() == 1);
    assertThat(further()).isNull();
    giveBack(taken.pop());
    await().until(() -> further() != null);
  }

  @Test
  void a_deadline_ends_the_wait() {
    // The one probe that may be under way.
    acquire(job("dead", List.of(), null), false);
    Instant deadline = Instant.now();
    acquire(job("dead", List.of(), deadline), false);

    Admission expected =
        new Admission.GivenUp(
            Failure.of(
                ErrorCode.DEADLINE,
                "the job's deadline " + deadline + " has passed; its host was down: refused"));
    await().untilAsserted(() -> assertThat(admissions).contains(expected));
  }
}
