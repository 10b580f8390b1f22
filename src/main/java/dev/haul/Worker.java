package dev.haul;

import dev.haul.admin.AdminServer;
import dev.haul.admin.LiveBoard;
import dev.haul.config.Settings;
import dev.haul.fetch.Bandwidth;
import dev.haul.fetch.Credentials;
import dev.haul.fetch.HttpFetcher;
import dev.haul.fetch.TokenSource;
import dev.haul.fetch.WayOut;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import dev.haul.kafka.ClientMetric;
import dev.haul.kafka.ControlFeed;
import dev.haul.kafka.KafkaEventSink;
import dev.haul.kafka.KafkaJobSource;
import dev.haul.kafka.Rung;
import dev.haul.metrics.Level;
import dev.haul.metrics.LoopProbe;
import dev.haul.metrics.Metrics;
import dev.haul.pipeline.Bus;
import dev.haul.pipeline.DispatchGauges;
import dev.haul.pipeline.IntakeGauges;
import dev.haul.pipeline.PartStore;
import dev.haul.pipeline.Pipeline;
import dev.haul.pipeline.Store;
import dev.haul.pipeline.Tracing;
import dev.haul.pipeline.Wait;
import dev.haul.policy.RetryLadder;
import dev.haul.policy.RetryPolicy;
import dev.haul.store.FileStore;
import dev.haul.store.RunningJobs;
import dev.haul.store.S3Store;
import dev.haul.store.StoreSettings;
import dev.haul.store.StoreType;
import dev.haul.trace.Traces;
import dev.haul.zoom.ZoomRefused;
import dev.haul.zoom.ZoomTokens;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker: builds the parts from the settings, connects them, and stops them in reverse. */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** More cores than these are better used by more workers. */
  private static final int MAX_LOOPS = 16;

  private static final InstantSource CLOCK = InstantSource.system();

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** After the grace: to publish, commit, leave the group and close. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Settings settings;
  private final int loops = Math.min(Runtime.getRuntime().availableProcessors(), MAX_LOOPS);
  private final Metrics metrics;
  private final Vertx vertx;
  private final LiveBoard board;
  private final Map<String, Store> stores;
  private final Credentials credentials;

  /** Read by health checks on another thread; null before it runs and after. */
  private volatile @Nullable Pipeline running;

  private Worker(Settings settings) {
    this.settings = settings;
    this.metrics = closing(new Metrics());
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    this.board = new LiveBoard(settings.worker().id(), CLOCK.instant());
    opened.push(() -> await(vertx.close(), STOP_TIMEOUT));
    try {
      await(
          vertx.deployVerticle(
              () -> new LoopProbe(metrics), new DeploymentOptions().setInstances(loops)),
          START_TIMEOUT);
      if (settings.admin().enabled()) {
        startAdmin();
      }
      this.stores = openStores();
      this.credentials = Credentials.load(settings.credentials(), System.getenv(), zoomTokens());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    credentials.watch(vertx);
  }

  /**
   * Makes a worker that takes no jobs yet. Its page answers, and says that it is not ready. Needs
   * no Kafka.
   *
   * @throws InvalidField when a setting cannot work on this machine: a store that cannot be
   *     written, a secret that is not there, a port that is taken
   */
  public static Worker open(Settings settings) {
    return new Worker(settings);
  }

  /**
   * Starts a worker; Kafka and the topics must be there. Blocks until it takes jobs.
   *
   * @throws InvalidField as {@link #open} does
   */
  public static Worker start(Settings settings) {
    Worker worker = open(settings);
    try {
      worker.takeJobs();
      return worker;
    } catch (RuntimeException e) {
      worker.close();
      throw e;
    }
  }

  /** Joins the group, once; Kafka and the topics must be there. Blocks until it takes jobs. */
  public void takeJobs() {
    RunningJobs evidence = closing(openEvidence());
    Traces traces = openTraces();
    Pipeline pipeline =
        await(Pipeline.start(vertx, parts(evidence, traces), sizes()), START_TIMEOUT);
    opened.push(() -> await(pipeline.stop(), settings.shutdown().grace().plus(STOP_TIMEOUT)));
    opened.push(evidence::stopInOrder);
    show(pipeline);
    running = pipeline;
    LOG.info("Worker {} takes jobs", settings.worker().id());
  }

  private TokenSource zoomTokens() {
    if (settings.zoom().clientId() == null) {
      return TokenSource.NONE;
    }
    ZoomTokens tokens =
        ZoomTokens.of(vertx, settings.zoom(), System.getenv(), InstantSource.system());
    return new TokenSource() {
      @Override
      public String token() {
        return told(tokens::token);
      }

      @Override
      public String tokenAfter(String refused) {
        return told(() -> tokens.tokenAfter(refused));
      }

      private String told(Supplier<String> token) {
        try {
          return token.get();
        } catch (ZoomRefused e) {
          throw new InvalidField("zoom.oauth-url", "must give a token: " + e.getMessage());
        }
      }
    };
  }

  private Map<String, Store> openStores() {
    var stores = new HashMap<String, Store>();
    settings
        .stores()
        .forEach((name, store) -> {
          Store open = open(name, store);
          opened.push(() -> await(open.close(), STOP_TIMEOUT));
          stores.put(name, open);
          if (store.type() == StoreType.FILE) {
            metrics.store(name, store.root());
          }
        });
    return Map.copyOf(stores);
  }

  private Store open(String name, StoreSettings store) {
    String group = settings.kafka().groupId();
    return switch (store.type()) {
      case FILE -> FileStore.open(name, group, store);
      case S3 -> S3Store.open(name, group, store, System.getenv());
    };
  }

  /** At the root of the store by default, else of the first of the others. */
  private RunningJobs openEvidence() {
    var stores = new TreeMap<>(settings.stores());
    StoreSettings store =
        stores.getOrDefault(DownloadJob.DEFAULT_STORE, stores.firstEntry().getValue());
    return RunningJobs.open(
        store.root(),
        settings.kafka().groupId(),
        settings.worker().id(),
        Pipeline.mostRunning(settings.dispatch()));
  }

  /** Null, with nothing started, unless an endpoint is set. */
  private @Nullable Traces openTraces() {
    return settings.tracing().enabled()
        ? closing(
            Traces.start(
                settings.tracing(),
                settings.worker().id(),
                settings.kafka().groupId(),
                settings.topics().completions()))
        : null;
  }

  private Pipeline.Parts parts(RunningJobs evidence, @Nullable Traces traces) {
    WayOut wayOut = WayOut.load(settings.fetch(), System.getenv());
    var bandwidth =
        new Bandwidth(
            settings.dispatch().bandwidth(),
            settings.dispatch().hosts(),
            ZoneId.systemDefault(),
            CLOCK);
    return new Pipeline.Parts(
        new ControlScope.Worker(settings.worker().id()),
        this::jobSource,
        here -> new ControlFeed(here, settings.kafka(), settings.topics()),
        here ->
            HttpFetcher.create(
                here,
                settings.fetch(),
                settings.progress(),
                credentials,
                wayOut,
                bandwidth,
                settings.dispatch().maxPerHost(),
                partStores(stores),
                progress -> Bus.EVENTS.publish(here, progress),
                CLOCK),
        stores,
        _ -> eventSink(),
        event -> {
          metrics.onEvent(event);
          board.onEvent(event);
          if (traces != null) {
            traces.onEvent(event);
          }
        },
        RetryPolicy.of(settings.retry()),
        ladder(),
        evidence,
        traces == null ? Tracing.OFF : traces,
        CLOCK);
  }

  private static Map<String, PartStore> partStores(Map<String, Store> stores) {
    return stores.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, store -> store.getValue().parts()));
  }

  private RetryLadder ladder() {
    return new RetryLadder(
        settings.retry().inProcess(), settings.topics().retry().stream().map(Rung::delay).toList());
  }

  private KafkaEventSink eventSink() {
    var sink =
        new KafkaEventSink(
            settings.kafka(), settings.topics(), settings.worker().id(), new SplittableRandom());
    metrics.progressDropped(sink::droppedProgress);
    for (ClientMetric metric : ClientMetric.values()) {
      if (!metric.isOfConsumers()) {
        metrics.total(metric.meter(), metric.help(), () -> sink.told(metric));
      }
    }
    return sink;
  }

  private KafkaJobSource jobSource(Vertx here) {
    var source = new KafkaJobSource(here, settings.kafka(), settings.topics());
    for (ClientMetric metric : ClientMetric.values()) {
      if (metric.isOfConsumers()) {
        metrics.total(metric.meter(), metric.help(), () -> source.told(metric));
      }
    }
    return source;
  }

  private Pipeline.Settings sizes() {
    return new Pipeline.Settings(
        settings.intake(),
        settings.commit(),
        settings.dispatch(),
        settings.topics().weights(),
        settings.duplicates(),
        settings.poison(),
        loops,
        settings.shutdown().grace());
  }

  private void show(Pipeline pipeline) {
    metrics.gauge(Level.PENDING, pipeline.intake()::pending);
    metrics.gauge(
        Level.PENDING_BYTES, () -> Math.round(pipeline.intake().pending() * metrics.meanBytes()));
    metrics.gauge(Level.UNSETTLED, pipeline.intake()::jobs);
    metrics.gauge(Level.PARTITIONS_PAUSED, pipeline.intake()::paused);
    metrics.gauge(Level.OFFSETS_BEHIND, pipeline.intake()::behind);
    metrics.gauge(Level.COMMIT_METADATA, pipeline.intake()::metadataBytes);
    IntakeGauges intake = pipeline.intake();
    metrics.gauge(Level.KAFKA_SILENCE, () -> intake.silence().toSeconds());
    metrics.batches(intake::batches, intake::batchNanos, intake::refusals);
    metrics.handOvers(intake::handOvers, intake::handOverNanos);
    metrics.gauge(Level.IN_FLIGHT, pipeline.dispatch()::running);
    metrics.gauge(Level.WAITING_FOR_SLOT, pipeline.dispatch()::queued);
    metrics.hosts(pipeline.dispatch()::hosts);
    DispatchGauges dispatch = pipeline.dispatch();
    metrics.gauge(Level.WAITING_FOR_RETRY, () -> dispatch.waiting(Wait.RETRY));
    metrics.gauge(Level.WAITING_FOR_TIME, () -> dispatch.waiting(Wait.NOT_BEFORE));
    metrics.gauge(Level.WAITING_PAUSED, () -> dispatch.waiting(Wait.PAUSE));
    metrics.gauge(Level.WAITING_ON_LADDER, () -> dispatch.waiting(Wait.LADDER));
    metrics.gauge(Level.WAITING_FOR_SAME_ID, () -> dispatch.waiting(Wait.SAME_ID));
    metrics.gauge(Level.WAITING_FOR_SPACE, () -> dispatch.waiting(Wait.SPACE));
    metrics.gauge(Level.OLDEST_JOB, dispatch::oldest);
    metrics.retries(dispatch::retries);
    for (Rung rung : settings.topics().retry()) {
      metrics.moves(rung.topic(), () -> dispatch.moves(rung.delay()));
    }
    metrics.gauge(Level.SLOTS_USED, pipeline.dispatch()::slots);
    metrics.gauge(Level.SLOTS_LIMIT, settings.dispatch()::maxConcurrent);
  }

  private void startAdmin() {
    var admin =
        new AdminServer(
            vertx,
            settings.admin(),
            metrics::scrape,
            List.of(),
            Readiness.of(() -> running),
            board,
            new FleetFollower(settings.kafka(), settings.topics()),
            new KafkaOperator(
                vertx, settings.kafka(), settings.topics(), settings.worker().id(), CLOCK),
            CLOCK);
    await(admin.start(), START_TIMEOUT);
    opened.push(() -> await(admin.close(), STOP_TIMEOUT));
    LOG.info(
        "Page, metrics and health at http://{}:{}", settings.admin().host(), admin.actualPort());
  }

  private <T extends AutoCloseable> T closing(T part) {
    opened.push(part);
    return part;
  }

  /**
   * Stops the worker: takes no more jobs, lets running ones end within {@code shutdown.grace},
   * gives the others back without charging an attempt, and publishes and commits what has ended.
   */
  @Override
  public void close() {
    running = null;
    for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("Stopping goes on after: {}", e.toString());
      }
    }
  }

  private static <T> T await(Future<T> future, Duration longest) {
    try {
      return future.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new CompletionException("no answer within " + longest, e);
    }
  }
}
