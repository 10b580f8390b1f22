import dev.haul.config.Settings;
import dev.haul.fetch.Bandwidth;
import dev.haul.fetch.Credentials;
import dev.haul.fetch.HttpFetcher;
import dev.haul.fetch.WayOut;
import dev.haul.job.DownloadJob;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.kafka.JobDecoder;
import dev.haul.pipeline.AttemptTrace;
import dev.haul.pipeline.ExtraSlots;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Fetcher;
import dev.haul.pipeline.Pipeline;
import dev.haul.pipeline.Stop;
import dev.haul.pipeline.Store;
import dev.haul.policy.DispatchSettings;
import dev.haul.store.FileStore;
import dev.haul.store.StoreSettings;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The transfer engine alone, without Kafka: the fetchers and the store of a worker, on its event loops and with its
 * settings. Says "ready"; then for each name of a file with jobs that it reads (a line each: key, tab, JSON) "go" when
 * it has them and begins, and "done" when all are stored. Takes as many at once as a worker from one
 * host: java Engine KEY=VALUE...
 */
public final class Engine {
  private static final Partition PARTITION = new Partition("bench", 0);

  private final Store store;
  private final List<Loop> loops = new CopyOnWriteArrayList<>();
  private final AtomicInteger publishing = new AtomicInteger();
  private final Semaphore further;

  /** As many as a worker lets wait for the disk without a slot. */
  private final int mostPublishing;

  /** Further connections for large files: as many in all as files at once. */
  private final ExtraSlots extra =
      new ExtraSlots() {
        @Override
        public Future<Boolean> take() {
          return Future.succeededFuture(further.tryAcquire());
        }

        @Override
        public void giveBack() {
          further.release();
        }
      };

  private Engine(Store store, DispatchSettings dispatch) {
    this.store = store;
    this.further = new Semaphore(dispatch.maxPerHost());
    this.mostPublishing = Pipeline.mostRunning(dispatch) - dispatch.maxConcurrent();
  }

  public static void main(String[] arguments) throws Exception {
    var flags = new HashMap<String, String>();
    for (String argument : arguments) {
      String[] setting = argument.split("=", 2);
      flags.put(setting[0], setting[1]);
    }
    Settings settings = Settings.load(null, Map.of(), flags);
    int atOnce = settings.dispatch().maxPerHost();
    int cores = Runtime.getRuntime().availableProcessors();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(cores));
    StoreSettings to = settings.stores().get(DownloadJob.DEFAULT_STORE);
    Store store = FileStore.open(DownloadJob.DEFAULT_STORE, "bench", to);
    store.parts().claim(PARTITION, 1).await();
    var engine = new Engine(store, settings.dispatch());
    WayOut wayOut = WayOut.load(settings.fetch(), Map.of());
    var bandwidth =
        new Bandwidth(
            settings.dispatch().bandwidth(),
            settings.dispatch().hosts(),
            ZoneId.systemDefault(),
            InstantSource.system());
    var parts = Map.of(DownloadJob.DEFAULT_STORE, store.parts());
    Supplier<Deployable> loops =
        () ->
            context -> {
              Fetcher fetcher =
                  HttpFetcher.create(
                      vertx,
                      settings.fetch(),
                      settings.progress(),
                      Credentials.NONE,
                      wayOut,
                      bandwidth,
                      atOnce,
                      parts,
                      _ -> {},
                      InstantSource.system());
              engine.loops.add(engine.new Loop(context, fetcher));
              return Future.succeededFuture();
            };
    vertx.deployVerticle(loops, new DeploymentOptions().setInstances(cores)).await();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String name = in.readLine(); name != null; name = in.readLine()) {
      List<DownloadJob> jobs = read(Path.of(name));
      System.out.println("go");
      engine.run(jobs, atOnce);
      System.out.println("done");
    }
    for (Loop loop : engine.loops) {
      Promise<Void> closed = Promise.promise();
      loop.context.runOnContext(_ -> loop.fetcher.close().onComplete(closed));
      closed.future().await();
    }
    store.close().await();
    vertx.close().await();
  }

  private static List<DownloadJob> read(Path file) throws IOException {
    var jobs = new ArrayList<DownloadJob>();
    for (String line : Files.readAllLines(file)) {
      String[] record = line.split("\t", 2);
      byte[] value = record[1].getBytes(StandardCharsets.UTF_8);
      jobs.add(JobDecoder.parse(value, new JobId(record[0])));
    }
    return jobs;
  }

  private void run(List<DownloadJob> all, int atOnce) {
    Queue<DownloadJob> jobs = new ConcurrentLinkedQueue<>(all);
    var left = new AtomicInteger(all.size());
    Promise<Void> done = Promise.promise();
    for (int i = 0; i < atOnce; i++) {
      Loop loop = loops.get(i % loops.size());
      loop.context.runOnContext(_ -> loop.next(jobs, left, done));
    }
    done.future().await();
  }

  /** One event loop with what is fetched on it. */
  private final class Loop {
    private final Context context;
    private final Fetcher fetcher;

    Loop(Context context, Fetcher fetcher) {
      this.context = context;
      this.fetcher = fetcher;
    }

    /** Takes a job, and the next one as soon as its slot is free. */
    void next(Queue<DownloadJob> jobs, AtomicInteger left, Promise<Void> done) {
      DownloadJob job = jobs.poll();
      if (job == null) {
        return;
      }
      store
          .find(job.target(), job.size(), job.checksum())
          .compose(found -> {
            if (!(found instanceof Store.Found.Nothing)) {
              return Future.failedFuture(job.target() + " is there: " + found);
            }
            Promise<FetchResult> fetched = Promise.promise();
            context.runOnContext(
                _ ->
                    fetcher
                        .fetch(
                            new FetchOrder(
                                job,
                                PARTITION,
                                1,
                                extra,
                                () -> {},
                                Promise.<Stop>promise().future(),
                                null,
                                AttemptTrace.NONE))
                        .onComplete(fetched));
            return fetched.future();
          })
          .compose(result -> {
            if (!(result instanceof FetchResult.Fetched whole)) {
              return Future.failedFuture(job.id() + ": " + result);
            }
            boolean leaves = publishing.incrementAndGet() <= mostPublishing;
            if (leaves) {
              context.runOnContext(_ -> next(jobs, left, done));
            }
            return store
                .publish(new Store.Publication(whole.part(), job, whole.contentType(), whole.etag()))
                .onComplete(_ -> {
                  publishing.decrementAndGet();
                  if (!leaves) {
                    context.runOnContext(_ -> next(jobs, left, done));
                  }
                });
          })
          .onComplete(
              published -> {
                if (published.failed() || !(published.result() instanceof Store.Published.Stored)) {
                  System.err.println(published);
                  System.exit(1);
                }
                if (left.decrementAndGet() == 0) {
                  done.complete();
                }
              });
    }
  }
}
