package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker with far more jobs in its topic than it may hold. */
class FlatMemoryIT {
  private static final int JOBS = 50_000;
  private static final int WINDOW = 100;
  private static final int POLL = 50;
  private static final String UNSETTLED = "haul_jobs_unsettled";
  private static final String BEHIND = "haul_offsets_behind";
  private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(6);

  @TempDir Path store;

  @Test
  void holds_no_more_jobs_than_it_may_and_stays_in_its_group() {
    TestCluster cluster = TestCluster.shared(1);
    try (var origin = new TestOrigin();
        var admin = new AdminPages();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Promise<Void> rest = Promise.promise();
      for (int i = 0; i < WINDOW + POLL; i++) {
        origin.hold("/job-" + i, rest.future());
      }
      cluster.sendJobs(origin, 0, JOBS);
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("intake.max-jobs", "" + WINDOW);
      settings.put("kafka.properties.max.poll.records", "" + POLL);
      settings.put("kafka.properties.max.poll.interval.ms", "" + MAX_POLL_INTERVAL.toMillis());
      admin.serveBy(settings);
      settings.put("shutdown.grace", "0s");
      try (Worker _ = TestCluster.start(settings)) {
        eventually().until(() -> admin.metric(UNSETTLED) >= WINDOW);
        Set<String> members = members(cluster);
        assertThat(members).hasSize(1);
        // Nothing ends: a worker that did not poll would be out of its group after the interval.
        eventually()
            .during(MAX_POLL_INTERVAL.plusSeconds(2))
            .until(() -> isBounded(admin) && members(cluster).equals(members));
        assertThat(completions.records()).isEmpty();
        assertThat(cluster.group().groupState()).isEqualTo(GroupState.STABLE);

        rest.complete();
        eventually()
            .until(() -> {
              assertThat(admin.metric(UNSETTLED)).isLessThan(WINDOW + POLL);
              return completions.jobs() >= 10 * WINDOW;
            });
        assertThat(members(cluster)).isEqualTo(members);
      }
    }
  }

  /**
   * Whether the jobs in memory, and the offsets read beyond the commit, are those of the window.
   */
  private static boolean isBounded(AdminPages admin) {
    return admin.metric(UNSETTLED) < WINDOW + POLL && admin.metric(BEHIND) < WINDOW + POLL;
  }

  private static Set<String> members(TestCluster cluster) {
    ConsumerGroupDescription group = cluster.group();
    return group.members().stream()
        .map(MemberDescription::consumerId)
        .collect(Collectors.toUnmodifiableSet());
  }
}
