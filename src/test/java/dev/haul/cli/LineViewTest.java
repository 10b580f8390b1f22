package dev.haul.cli;

import static dev.haul.cli.Events.completed;
import static dev.haul.cli.Events.failed;
import static dev.haul.cli.Events.progress;
import static dev.haul.cli.Events.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.kafka.JobNews;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineViewTest {
  private static List<String> lines(JobNews... news) {
    var bytes = new ByteArrayOutputStream();
    try (var view = new LineView(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      for (JobNews event : news) {
        view.took(event, event.jobId() + ".bin");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void tells_each_quarter_of_a_transfer_once() {
    assertThat(
            lines(
                progress("a", 0, 0, 400),
                progress("a", 1, 50, 400),
                progress("a", 2, 100, 400),
                progress("a", 3, 199, 400),
                progress("a", 4, 390, 400),
                progress("a", 5, 400, 400)))
        .containsExactly(
            "2026-11-23T08:00:02Z  a.bin  25% of 400 B",
            "2026-11-23T08:00:04Z  a.bin  75% of 400 B");
  }

  @Test
  void tells_states_and_ends_with_their_reasons() {
    assertThat(lines(waiting("a", 1, 2), failed("b", 2), completed("c", 3, 1536)))
        .containsExactly(
            "2026-11-23T08:00:01Z  a.bin  waiting, attempt 2 at 2026-11-23T08:00:05Z"
                + " (the server answered 503)",
            "2026-11-23T08:00:02Z  b.bin  failed, http-status: the server answered 404",
            "2026-11-23T08:00:03Z  c.bin  completed, 1.5 KiB in 3.0 s, file:///files/c");
  }
}
