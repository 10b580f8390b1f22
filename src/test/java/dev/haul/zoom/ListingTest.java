package dev.haul.zoom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
  private static final LocalDate FROM = LocalDate.of(2025, 9, 1);
  private static final LocalDate TO = LocalDate.of(2026, 11, 30);
  private static final RecordingJobs JOBS =
      new RecordingJobs(TargetTemplate.parse(TargetTemplate.DEFAULT), "default", "zoom", null, 5);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static DoublePlan plan(int meetings, int files, boolean faults) {
    return new DoublePlan(
        4,
        meetings,
        files,
        LocalDate.of(2025, 9, 15),
        14,
        7,
        faults,
        400,
        400,
        Duration.ofHours(1));
  }

  private ZoomApi api(ZoomDouble zoom) {
    return api(zoom, 200);
  }

  private ZoomApi api(ZoomDouble zoom, int perSecond) {
    return DoubleAccess.api(vertx, zoom, perSecond);
  }

  private static Selection all() {
    return new Selection(FROM, TO, List.of(), Set.of(), 0, false);
  }

  @Nested
  class An_account_with_faults {
    @Test
    void is_listed_whole_and_each_meeting_once() {
      try (ZoomDouble zoom = ZoomDouble.start(plan(1400, 4200, true), 0, InstantSource.system())) {
        ZoomApi api = api(zoom);

        Listing listing = Listing.of(api, all());

        assertThat(listing.problems()).isEmpty();
        assertThat(listing.users()).isEqualTo(4);
        assertThat(listing.meetings())
            .extracting(Meeting::uuid)
            .containsExactlyInAnyOrderElementsOf(zoom.meetings());
        assertThat(zoom.report())
            .containsKeys("next page", "page token expired", "429", "502 and 503")
            .doesNotContainKey("window too long")
            .containsEntry("medium, beyond the quota", 0);
        assertThat(api.repeated()).isPositive();
      }
    }

    @Test
    void becomes_jobs_once_its_files_are_made() {
      try (ZoomDouble zoom = ZoomDouble.start(plan(200, 640, true), 0, InstantSource.system())) {
        ZoomApi api = api(zoom);
        RecordingJobs.Plan first = JOBS.plan(Listing.of(api, all()), all());

        RecordingJobs.Plan second = JOBS.plan(Listing.of(api, all()), all());

        assertThat(first.processing()).isNotEmpty();
        assertThat(first.jobs()).hasSize(640 - first.processing().size());
        assertThat(second.jobs()).hasSize(640).containsAll(first.jobs());
        assertThat(second.processing()).isEmpty();
        assertThat(second.broken()).isEmpty();
        assertThat(second.jobs()).extracting(job -> job.target().path()).doesNotHaveDuplicates();
        assertThat(second.jobs()).extracting(job -> job.id().value()).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void requests_stay_within_a_tight_quota() {
    DoublePlan tight = new DoublePlan(3, 30, 60, FROM, 14, 7, false, 30, 20, Duration.ofSeconds(2));
    try (ZoomDouble zoom = ZoomDouble.start(tight, 0, InstantSource.system())) {
      Listing.of(api(zoom, 20), all());

      assertThat(zoom.report())
          .containsEntry("medium, beyond the quota", 0)
          .doesNotContainKey("429");
    }
  }

  @Test
  void a_user_who_allowed_the_app_is_listed_and_the_refresh_token_is_replaced(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("refresh"), DoublePlan.REFRESH_TOKEN);
    try (ZoomDouble zoom = ZoomDouble.start(plan(10, 20, false), 0, InstantSource.system())) {
      assertThat(DoubleAccess.userApi(vertx, zoom, file).users()).hasSize(4);
      assertThat(DoubleAccess.userApi(vertx, zoom, file).users()).hasSize(4);

      assertThat(file).hasContent("double-refresh-2");
    }
  }

  @Test
  void types_and_duration_choose() {
    try (ZoomDouble zoom = ZoomDouble.start(plan(50, 300, false), 0, InstantSource.system())) {
      var selection =
          new Selection(FROM, TO, List.of("user0@example.com"), Set.of("chat", "CC"), 60, false);

      RecordingJobs.Plan plan = JOBS.plan(Listing.of(api(zoom), selection), selection);

      Set<String> types = new HashSet<>();
      plan.jobs().forEach(job -> types.add(job.labels().get("zoom.type")));
      assertThat(types).containsExactlyInAnyOrder("CHAT", "CC");
      assertThat(plan.jobs()).allMatch(job -> job.labels().get("zoom.host").startsWith("user0"));
    }
  }

  @Test
  void each_meeting_is_found_by_its_uuid_and_taken_away() {
    try (ZoomDouble zoom = ZoomDouble.start(plan(60, 120, false), 0, InstantSource.system())) {
      ZoomApi api = api(zoom);
      for (String uuid : zoom.meetings()) {
        assertThat(api.meeting(uuid))
            .hasValueSatisfying(it -> assertThat(it.uuid()).isEqualTo(uuid));
        assertThat(api.remove(uuid, false)).isTrue();
        assertThat(api.meeting(uuid)).isEmpty();
        assertThat(api.remove(uuid, false)).isFalse();
      }
      assertThat(zoom.removed()).isEqualTo(zoom.meetings());
      Selection trash = new Selection(FROM, TO, List.of(), Set.of(), 0, true);
      assertThat(Listing.of(api, trash).meetings()).hasSize(60);
    }
  }
}
