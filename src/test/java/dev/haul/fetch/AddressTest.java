package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.FetchResult;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressTest {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private FetchBench bench;

  @BeforeEach
  void start() {
    bench = new FetchBench(true);
  }

  @AfterEach
  void stop() throws Exception {
    bench.close();
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  private void resolve(String... addresses) {
    bench.lookup =
        _ -> Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
  }

  private int serve(String body) {
    String origin = bench.serve(request -> request.response().end(body));
    return Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
  }

  /** An address where connections neither come about nor are refused: its queue is full. */
  private void blackHole(String address, int port) throws IOException {
    var server = new ServerSocket(port, 1, InetAddress.ofLiteral(address));
    opened.add(server);
    var target = new InetSocketAddress(address, port);
    while (true) {
      var socket = new Socket();
      opened.add(socket);
      try {
        socket.connect(target, 300);
      } catch (IOException _) {
        return;
      }
    }
  }

  private FetchResult fetch(String host, int port) {
    return bench.fetch("http://" + host + ":" + port + "/f");
  }

  @Test
  void an_address_that_refuses_is_passed_over() {
    int port = serve("hello");
    resolve("127.0.0.9", "127.0.0.8", "127.0.0.1");

    assertThat(bench.content(fetch("files.example", port))).asString().isEqualTo("hello");
  }

  @Test
  void an_address_that_does_not_answer_costs_a_moment() throws IOException {
    int port = serve("hello");
    blackHole("127.0.0.9", port);
    resolve("127.0.0.9", "127.0.0.1");
    // A connection attempt has five seconds in these tests: the second address cannot wait for it.
    bench.totalTimeout = Duration.ofSeconds(4);

    assertThat(bench.content(fetch("files.example", port))).asString().isEqualTo("hello");
  }

  @Test
  void one_address_that_must_not_be_reached_spoils_the_host() {
    int port = serve("hello");
    resolve("127.0.0.1", "10.0.0.1");

    assertThat(bench.failure(fetch("files.example", port)))
        .isEqualTo(
            Failure.of(
                ErrorCode.FORBIDDEN_ADDRESS,
                "http://files.example:"
                    + port
                    + "/f: address 10.0.0.1 must not be reached: it is private (RFC 1918)"));
  }

  @Test
  void a_dead_name_with_a_thousand_jobs_is_looked_up_once() {
    var lookups = new AtomicInteger();
    bench.lookup =
        host -> {
          lookups.incrementAndGet();
          throw new UnknownHostException(host);
        };

    List<Future<FetchResult>> results = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      results.add(bench.begin(FetchBench.job("http://dead.example/" + i), Future.future(_ -> {})));
    }

    for (Future<FetchResult> result : results) {
      assertThat(bench.failure(bench.await(result)).code()).isEqualTo(ErrorCode.DNS);
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void a_name_that_nobody_answers_for_is_a_dns_failure_and_holds_no_other_name_up()
      throws Exception {
    int port = serve("hello");
    var stuck = new CountDownLatch(1);
    opened.add(stuck::countDown);
    bench.lookup =
        host -> {
          if (host.startsWith("stuck")) {
            await(stuck);
          }
          return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        };
    bench.connectTimeout = Duration.ofMillis(500);

    Future<FetchResult> result =
        bench.begin(FetchBench.job("http://stuck.example/"), Future.future(_ -> {}));

    assertThat(bench.content(fetch("files.example", port))).asString().isEqualTo("hello");
    assertThat(bench.await(result))
        .isEqualTo(
            new FetchResult.Failed(
                Failure.of(
                    ErrorCode.DNS, "http://stuck.example/: looking the host up took too long"),
                0,
                "stuck.example"));
    stuck.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
