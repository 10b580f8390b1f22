package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import dev.haul.job.JobId;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import dev.haul.policy.Allowance;
import dev.haul.policy.Quota;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That limits of bytes per second hold, which only time can tell: never faster than they allow. */
class BandwidthTest extends OnBothPaths {
  private static final int SIZE = 1 << 20;

  private byte[] body = new byte[SIZE];
  private String origin = "";

  @BeforeEach
  void start() {
    new Random(1).nextBytes(body);
    origin = bench.serve(request -> request.response().end(Buffer.buffer(body)));
  }

  /** Fetches a body so many times at once; answers what that took. */
  private double seconds(int times) throws Exception {
    long start = System.nanoTime();
    List<Future<FetchResult>> results = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      var job =
          DownloadJob.of(
              new JobId("job-" + i), SourceUrl.parse(origin + "/f" + i), new Target("f" + i));
      results.add(bench.begin(job, Promise.<Stop>promise().future()));
    }
    for (Future<FetchResult> result : results) {
      FetchResult end = result.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(bench.content(end)).isEqualTo(body);
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  @Test
  void all_transfers_together_bring_no_more_than_allowed() throws Exception {
    bench.allowances = List.of(Allowance.parse("11:00-13:00=2MiB/s"), Allowance.parse("1KiB/s"));

    assertThat(seconds(4)).as("4 MiB, of which 0.5 may come at once").isGreaterThan(1.7);
  }

  @Test
  void a_host_brings_no_more_than_it_may() throws Exception {
    bench.quotas = List.of(Quota.parse("127.0.0.1=bytes:2MiB/s"));

    assertThat(seconds(4)).isGreaterThan(1.7);
  }

  @Test
  void where_nothing_is_limited_nothing_waits() throws Exception {
    bench.allowances = List.of(Allowance.parse("13:00-11:00=1KiB/s"), Allowance.parse("unlimited"));
    bench.quotas = List.of(Quota.parse("example.com=bytes:1KiB/s"));

    assertThat(seconds(4)).isLessThan(30);
  }

  @Test
  void small_files_are_charged_for_what_they_have() throws Exception {
    body = new byte[1024];
    bench.allowances = List.of(Allowance.parse("64KiB/s"));

    assertThat(seconds(100)).as("100 KiB").isLessThan(30);
  }
}
