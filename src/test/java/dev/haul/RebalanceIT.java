package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that come and go while their group is busy. */
class RebalanceIT {
  private static final int PARTITIONS = 8;

  /** Published and not begun at any time, until all have had their share. */
  private static final int BACKLOG = 250;

  /** Ends by which a worker shows that it has its share. */
  private static final int SHARE = 20;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  @TempDir Path store;

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void every_job_ends_once_while_workers_join_and_leave(String protocol) {
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        var workers = new Workers(cluster, origin, protocol)) {
      origin.delay(Duration.ofMillis(100));
      int jobs;
      try (var load = new Load(cluster, origin)) {
        for (int size : List.of(1, 2, 4)) {
          workers.scale(size);
          eventually()
              .alias("each of " + size + " workers has its share")
              .until(() -> workers.haveEnded(completions, SHARE));
        }
        workers.scale(1);
        jobs = load.stop();
      }
      eventually().alias("all jobs have ended").until(() -> completions.jobs() == jobs);
      eventually().until(() -> cluster.committed().equals(cluster.ends()));

      assertThat(completions.countByJob()).as("no job is lost").hasSize(jobs);
      assertThat(completions.records()).as("none ends twice").hasSize(jobs);
      assertThat(completions.records().stream().map(TopicReader::json))
          .allMatch(end -> end.path("outcome").textValue().equals("completed"))
          .allMatch(end -> end.path("attempts").intValue() == 1);
      assertThat(longestPause(completions)).isLessThan(LONGEST_PAUSE);
      var files = new StoredFiles(store);
      assertThat(files.names()).hasSize(jobs);
      assertThat(files.wrong()).isEmpty();
    }
  }

  /** Publishes jobs so that there are always some to begin. */
  private static final class Load implements AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger published = new AtomicInteger();

    Load(TestCluster cluster, TestOrigin origin) {
      var _ =
          thread.scheduleWithFixedDelay(
              () -> {
                if (published.get() - origin.counts().size() < BACKLOG) {
                  cluster.sendJobs(origin, published.get(), published.addAndGet(BACKLOG));
                }
              },
              0,
              100,
              TimeUnit.MILLISECONDS);
    }

    /** Publishes no more; answers how many there are. */
    int stop() {
      close();
      return published.get();
    }

    @Override
    public void close() {
      thread.close();
    }
  }

  /** The longest time between two ends, by the clock of those who told of them. */
  private static Duration longestPause(TopicReader completions) {
    List<Long> told =
        completions.records().stream().map(ConsumerRecord::timestamp).sorted().toList();
    long longest = 0;
    for (int i = 1; i < told.size(); i++) {
      longest = Math.max(longest, told.get(i) - told.get(i - 1));
    }
    return Duration.ofMillis(longest);
  }

  /** Workers of one group in this process. */
  private final class Workers implements AutoCloseable {
    private final TestCluster cluster;
    private final TestOrigin origin;
    private final String protocol;
    private final List<Worker> running = new ArrayList<>();

    Workers(TestCluster cluster, TestOrigin origin, String protocol) {
      this.cluster = cluster;
      this.origin = origin;
      this.protocol = protocol;
    }

    /** Starts or stops as many as it takes, at a time. */
    void scale(int size) {
      IntStream.range(running.size(), size)
          .parallel()
          .mapToObj(i -> TestCluster.start(settings(name(i))))
          .toList()
          .forEach(running::add);
      if (size < running.size()) {
        List<Worker> leaving = running.subList(size, running.size());
        leaving.parallelStream().forEach(Worker::close);
        leaving.clear();
      }
    }

    boolean haveEnded(TopicReader completions, int jobs) {
      Map<String, Long> ends =
          completions.records().stream()
              .map(end -> TopicReader.json(end).path("worker").textValue())
              .collect(Collectors.groupingBy(worker -> worker, Collectors.counting()));
      for (int i = 0; i < running.size(); i++) {
        if (ends.getOrDefault(name(i), 0L) < jobs) {
          return false;
        }
      }
      return true;
    }

    private static String name(int worker) {
      return "worker-" + worker;
    }

    private Map<String, String> settings(String id) {
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("worker.id", id);
      settings.put("kafka.group-protocol", protocol);
      settings.put("intake.max-jobs", "50");
      settings.put("kafka.properties.max.poll.records", "20");
      settings.put("dispatch.max-concurrent", "12");
      return settings;
    }

    @Override
    public void close() {
      scale(0);
    }
  }
}
