package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.slf4j.LoggerFactory;

/** Listens to Netty's leak detector, which tells of a lost buffer once it has been collected. */
final class LeakedBuffers {
  private final Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
  private final ListAppender<ILoggingEvent> reports = new ListAppender<>();

  LeakedBuffers() {
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    reports.start();
    logger.addAppender(reports);
  }

  void assertNone() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      var collected = new ReferenceQueue<Object>();
      var canary = new PhantomReference<>(new Object(), collected);
      System.gc();
      assertThat(collected.remove(10_000)).isSameAs(canary);
      // The detector looks for lost buffers when it hands out the next one.
      PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }
    logger.detachAppender(reports);
    assertThat(reports.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
  }
}
