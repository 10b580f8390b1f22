package dev.haul.fetch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that hold on the fast path and on the plain one, and lose no buffer on either. */
@ParameterizedClass(name = "fast path {0}")
@ValueSource(booleans = {true, false})
abstract class OnBothPaths {
  private static LeakedBuffers leaks = new LeakedBuffers();

  @Parameter boolean fastPath;
  FetchBench bench;

  @BeforeAll
  static void listenForLeaks() {
    leaks = new LeakedBuffers();
  }

  @AfterAll
  static void noBufferIsLost() throws InterruptedException {
    leaks.assertNone();
  }

  @BeforeEach
  void openBench() {
    bench = new FetchBench(fastPath);
  }

  @AfterEach
  void closeBench() {
    bench.close();
  }
}
