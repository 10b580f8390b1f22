package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.KafkaUnavailable;
import dev.haul.kafka.RecordPublisher;
import dev.haul.kafka.Rung;
import dev.haul.kafka.TopicSettings;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: starts a cluster, feeds it while the schedule goes on, waits until all has ended, stops
 * it and passes judgement. Belongs to the thread that calls {@link #run}; {@link #close} is for
 * any, and leaves no process behind.
 */
public final class ChaosRun implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration STUCK = Duration.ofMinutes(3);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int DISK_MEBIBYTES = 64;
  private static final String RETRY_TOPIC = "haul.retry.3s";

  private final ChaosPlan plan;
  private final Path folder;
  private final InstantSource clock;
  private final Consumer<String> narrator;
  private final List<Cargo> jobs;
  private final ChaosOrigin origin;
  private final @Nullable ChaosBucket bucket;
  private final SmallDisk disk;
  private final Fleet fleet;
  private final List<Violation> violations = new ArrayList<>();

  /**
   * Prepares a run; nothing is started but the origin.
   *
   * @param folder holds all that the run writes; the caller removes it after {@link #close}
   * @param inBucket whether the files of the default store go into a bucket
   * @param narrator is told what happens, a line at a time
   */
  public ChaosRun(
      ChaosPlan plan,
      Program program,
      Path folder,
      boolean inBucket,
      InstantSource clock,
      Consumer<String> narrator)
      throws IOException {
    this.plan = plan;
    this.folder = folder;
    this.clock = clock;
    this.narrator = narrator;
    this.jobs = Manifest.of(plan);
    this.origin = ChaosOrigin.start(clock);
    this.bucket =
        inBucket ? ChaosBucket.start(plan.seed(), folder.resolve("bucket"), store(), clock) : null;
    this.disk = SmallDisk.at(folder.resolve("disk"), DISK_MEBIBYTES);
    this.fleet = new Fleet(program, folder, plan, workerSettings());
  }

  /** Runs to the verdict. */
  public ChaosReport run() {
    Map<Cargo, String> digests = digests();
    Instant start = clock.instant();
    var kafka = new KafkaSettings(fleet.bootstrapServers(), "haul-chaos", Map.of());
    TopicSettings topics = topics();
    fleet.brokers().forEach(Member::start);
    createTopics(kafka, topics);
    var watch =
        new FileWatch(new Watcher(List.of(store(), disk.store()), expected(digests)), clock);
    try (var observer = new Observer(kafka, topics, clock);
        var publisher = new RecordPublisher(kafka, STUCK);
        var freight = new Freight(jobs, origin, digests, topics, publisher)) {
      watch.start();
      var conductor = new Conductor(plan, fleet, disk, observer, freight, topics, clock, narrator);
      conductor.startAll();
      narrator.accept(
          "the cluster runs; %d jobs, %d faults"
              .formatted(plan.jobs(), Schedule.of(plan).steps().size()));
      conductor.perform();
      narrator.accept("all faults are over; waiting for the last jobs");
      drain(observer, freight, conductor);
      conductor.stopAll();
      Duration took = Duration.between(start, clock.instant());
      observer.readAll(STUCK);
      Watcher seen = watch.stop();
      violations.addAll(conductor.violations());
      violations.addAll(observer.violations());
      violations.addAll(seen.violations());
      violations.addAll(observer.audit().verdict(cargo -> fault(cargo, seen, digests)));
      return ChaosReport.of(plan, took, observer, conductor, seen, origin.bytesSent(), violations);
    } finally {
      watch.stop();
    }
  }

  @Override
  public void close() {
    fleet.close();
    disk.close();
    if (bucket != null) {
      bucket.close();
    }
    origin.close();
  }

  private void drain(Observer observer, Freight freight, Conductor conductor) {
    int ended = -1;
    Instant last = clock.instant();
    while (!freight.isAllDelivered()
        || observer.audit().waiting() > 0
        || !observer.isAllCommitted()) {
      conductor.tick();
      if (observer.audit().ended() != ended) {
        ended = observer.audit().ended();
        last = clock.instant();
      }
      if (Duration.between(last, clock.instant()).compareTo(STUCK) > 0) {
        violations.add(
            new Violation(
                Kind.STUCK,
                "the jobs",
                "%d have no end, and none has ended for %d s"
                    .formatted(observer.audit().waiting(), STUCK.toSeconds())));
        return;
      }
    }
  }

  private void createTopics(KafkaSettings kafka, TopicSettings names) {
    Instant start = clock.instant();
    short copies = (short) (plan.brokers() == 1 ? 1 : 3);
    while (true) {
      try (var topics = new Topics(kafka)) {
        topics.create(WantedTopic.all(names, plan.partitions()), Optional.of(copies));
        return;
      } catch (KafkaUnavailable e) {
        if (Duration.between(start, clock.instant()).compareTo(START) > 0) {
          throw e;
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    }
  }

  /** With a retry topic for waits so short that jobs go through it in a run. */
  private static TopicSettings topics() {
    TopicSettings names = TopicSettings.DEFAULTS;
    return new TopicSettings(
        names.jobs(),
        names.control(),
        names.progress(),
        names.states(),
        names.completions(),
        names.dead(),
        List.of(Rung.parse(RETRY_TOPIC)));
  }

  private Map<String, String> workerSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("topics.retry", RETRY_TOPIC);
    settings.put("retry.in-process", "2s");
    settings.put("kafka.group-id", "haul-chaos");
    settings.put("kafka.properties.max.poll.records", "100");
    if (bucket == null) {
      settings.put("stores.default.root", store().toString());
    } else {
      settings.put("stores.default.root", folder.resolve("evidence").toString());
      settings.putAll(bucket.settings("default"));
    }
    settings.put("stores.%s.root".formatted(Cargo.OTHER_STORE), disk.store().toString());
    settings.put("fetch.allow-networks", "127.0.0.1/32");
    settings.put(
        "fetch.allow-ports",
        String.join(",", origin.ports().stream().map(String::valueOf).toList()));
    // A host of which a part is broken on purpose would be spared, and the run would take hours.
    settings.put("dispatch.adaptive", "fixed");
    settings.put("fetch.read-timeout", "3s");
    settings.put("intake.max-jobs", "400");
    settings.put("dispatch.max-concurrent", "32");
    settings.put("dispatch.max-per-host", "32");
    settings.put("retry.max-attempts", "40");
    settings.put("retry.base-delay", "200ms");
    settings.put("retry.max-delay", "2s");
    settings.put("shutdown.grace", Fleet.GRACE);
    settings.put("admin.enabled", "false");
    return settings;
  }

  private Path store() {
    return folder.resolve("store");
  }

  private Map<Cargo, String> digests() {
    Map<Cargo, String> digests = new HashMap<>();
    jobs.forEach(cargo -> digests.put(cargo, origin.sha256(cargo)));
    return digests;
  }

  private Path file(Cargo cargo) {
    return (cargo.store().equals(Cargo.OTHER_STORE) ? disk.store() : store())
        .resolve(cargo.target());
  }

  private Map<Path, String> expected(Map<Cargo, String> digests) {
    Map<Path, String> expected = new HashMap<>();
    digests.forEach((cargo, sha256) -> expected.put(file(cargo), sha256));
    return expected;
  }

  private String fault(Cargo cargo, Watcher seen, Map<Cargo, String> digests) {
    String there = seen.sha256(file(cargo));
    return there.isEmpty()
        ? "it is not there"
        : there.equals(digests.get(cargo)) ? "" : "it has the SHA-256 " + there;
  }
}
