package dev.haul;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A worker with its metrics at a free port, and an origin with good, missing and flaky files. */
public final class MonitoredWorker implements AutoCloseable {
  private final TestOrigin origin = new TestOrigin();
  private final TestCluster cluster = TestCluster.withLadder(2, Duration.ofMinutes(1));
  private final AdminPages pages = new AdminPages();
  private final Worker worker;

  private MonitoredWorker(Path store) {
    origin.on("/good", request -> request.response().end("all well"));
    origin.on("/gone", request -> request.response().setStatusCode(404).end());
    origin.on("/busy", request -> request.response().setStatusCode(503).end());
    Map<String, String> settings = cluster.settings(store, origin);
    pages.serveBy(settings);
    worker = TestCluster.start(settings);
  }

  public static MonitoredWorker start(Path store) {
    return new MonitoredWorker(store);
  }

  public int adminPort() {
    return pages.port();
  }

  /** Has some more jobs done, of each kind. */
  public void work() {
    // A metric of collections begins with the first.
    System.gc();
    for (String path : List.of("/good", "/gone", "/busy")) {
      cluster.send("{\"url\":\"%s\"}".formatted(origin.url(path)));
    }
  }

  @Override
  public void close() {
    worker.close();
    pages.close();
    origin.close();
  }
}
