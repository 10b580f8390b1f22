package dev.haul.pipeline;

import dev.haul.job.ControlScope;
import dev.haul.job.JobEvent;
import dev.haul.policy.CompletedJobs;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.DuplicateSettings;
import dev.haul.policy.PoisonSettings;
import dev.haul.policy.RetryLadder;
import dev.haul.policy.RetryPolicy;
import dev.haul.policy.StandingCommands;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The verticles and the order in which they start and stop: whoever is sent to starts before
 * whoever sends, and stops after it.
 */
public final class Pipeline {

  /**
   * What the pipeline is made of.
   *
   * @param self this worker
   * @param source made on the intake's context
   * @param control made on the dispatch context
   * @param fetcher made once on each event loop that transfers
   * @param sink made on the report thread
   * @param observer hears every event, on the report thread
   */
  public record Parts(
      ControlScope.Worker self,
      Function<Vertx, JobSource> source,
      Function<Vertx, ControlSource> control,
      Function<Vertx, Fetcher> fetcher,
      Map<String, Store> stores,
      Function<Vertx, EventSink> sink,
      Consumer<JobEvent> observer,
      RetryPolicy retryPolicy,
      RetryLadder ladder,
      Evidence evidence,
      Tracing tracing,
      InstantSource clock) {}

  /**
   * How large it is.
   *
   * @param lanes topics of jobs and their weights
   * @param transferLoops event loops that move bytes
   * @param grace for running transfers when the pipeline stops
   */
  public record Settings(
      IntakeSettings intake,
      CommitSettings commit,
      DispatchSettings dispatch,
      Map<String, Integer> lanes,
      DuplicateSettings duplicates,
      PoisonSettings poison,
      int transferLoops,
      Duration grace) {}

  private static final String REPORT_POOL = "haul-report";

  /** A task of Vert.x goes back to the end of its thread's queue once or twice. */
  private static final int ROUNDS = 4;

  private final Vertx vertx;
  private final IntakeGauges intake = new IntakeGauges();
  private final DispatchGauges dispatch = new DispatchGauges();
  private final Deque<String> deployed = new ArrayDeque<>();

  /** Held until Vert.x closes: one that closed with its verticle would refuse what just comes. */
  private final WorkerExecutor reports;

  private Pipeline(Vertx vertx) {
    this.vertx = vertx;
    this.reports = vertx.createSharedWorkerExecutor(REPORT_POOL, 1);
  }

  /**
   * Starts all verticles.
   *
   * @return completes when the source has subscribed; fails, with everything stopped again, when a
   *     part cannot start
   */
  public static Future<Pipeline> start(Vertx vertx, Parts parts, Settings settings) {
    Bus.install(vertx);
    var pipeline = new Pipeline(vertx);
    return pipeline
        .deploy(parts, settings)
        .map(pipeline)
        .recover(
            cause -> pipeline.stop().eventually(() -> Future.failedFuture(cause)).map(pipeline));
  }

  private Future<Void> deploy(Parts parts, Settings settings) {
    var report = new DeploymentOptions();
    report.setThreadingModel(ThreadingModel.WORKER).setWorkerPoolName(REPORT_POOL);
    report.setWorkerPoolSize(1);
    var virtual = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    var transfer = new DeploymentOptions().setInstances(settings.transferLoops());
    return vertx
        .deployVerticle(new ReportVerticle(parts.sink(), parts.observer()), report)
        .compose(this::next)
        .compose(_ -> vertx.deployVerticle(new StorageVerticle(parts.stores()), virtual))
        .compose(this::next)
        .compose(_ -> vertx.deployVerticle(() -> new TransferVerticle(parts.fetcher()), transfer))
        .compose(this::next)
        .compose(_ ->
            vertx.deployVerticle(
                new DispatchVerticle(
                    context ->
                        new Dispatch(
                            context,
                            parts.self().id(),
                            parts.stores().keySet(),
                            settings.dispatch(),
                            settings.lanes(),
                            new StandingCommands(parts.self()),
                            parts.retryPolicy(),
                            parts.ladder(),
                            // As many as are held may have ended and come again, untold.
                            new CompletedJobs(
                                settings.duplicates().window(), 2L * settings.intake().maxJobs()),
                            parts.evidence(),
                            settings.poison(),
                            parts.tracing(),
                            parts.clock(),
                            new SplittableRandom(),
                            dispatch),
                    parts.control()),
                virtual))
        .compose(this::next)
        .compose(_ ->
            vertx.deployVerticle(
                new IntakeVerticle(
                    parts.source(),
                    settings.intake(),
                    settings.lanes(),
                    settings.commit(),
                    intake,
                    settings.grace()),
                virtual))
        .compose(this::next);
  }

  private Future<Void> next(String deployment) {
    deployed.push(deployment);
    return Future.succeededFuture();
  }

  /** Attempts that may be under way at once: those with a slot, and those that are published. */
  public static int mostRunning(DispatchSettings settings) {
    return settings.maxConcurrent() + Orders.MAX_PUBLISHING;
  }

  public IntakeGauges intake() {
    return intake;
  }

  public DispatchGauges dispatch() {
    return dispatch;
  }

  /**
   * Takes no more jobs, lets running ones end within the grace, gives the others back, commits, and
   * flushes what is to be published. Completes when all is done.
   */
  public Future<Void> stop() {
    String last = deployed.poll();
    return last == null ? rest(ROUNDS) : vertx.undeploy(last).eventually(this::stop);
  }

  /**
   * Lets the thread of the report do what it has still to do, and what that leaves behind: Vert.x
   * takes the thread away as it closes, and a late task would find it gone.
   */
  private Future<Void> rest(int rounds) {
    return rounds == 0
        ? Future.succeededFuture()
        : reports.executeBlocking(() -> rounds - 1).compose(this::rest);
  }
}
