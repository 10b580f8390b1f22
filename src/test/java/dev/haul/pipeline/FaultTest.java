package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import org.junit.jupiter.api.Test;

class FaultTest {
  @Test
  void is_told_by_its_kind_and_place_and_quotes_nothing() {
    var failure = Fault.of(new IllegalStateException("https://origin/file?signature=secret"));

    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure.message())
        .matches(
            "java\\.lang\\.IllegalStateException at dev\\.haul\\.pipeline\\.FaultTest:\\d+"
                + " \\(see the log of the worker\\)");
  }
}
