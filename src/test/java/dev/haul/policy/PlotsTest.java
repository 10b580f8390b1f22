package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.Plot.Line;
import dev.haul.policy.SimulatedHost.Second;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Holds the plots in docs/ to what the simulation says. {@code mvn test -Dtest=PlotsTest
 * -Dhaul.plots=write} draws them again.
 */
class PlotsTest {
  private static final Path FOLDER = Path.of("docs/images");

  @Test
  void a_host_limited_by_429() throws IOException {
    List<Second> seconds =
        SimulationTest.run(SimulationTest.limited(5, Duration.ofSeconds(1)), Adaptive.AIMD, 180);
    check(
        "throttled-host",
        new Plot("A host that grants 5 requests/s and answers 429 above", "requests per second", 12)
            .with(new Line("granted", "#2a7", values(seconds, Second::granted)))
            .with(new Line("refused (429)", "#c33", values(seconds, Second::refused)))
            .with(new Line("pace", "#36c", values(seconds, Second::perSecond))));
  }

  @Test
  void the_limits_at_a_host_that_takes_eight_at_once() throws IOException {
    var host = new SimulatedHost(0, 8, Duration.ofSeconds(1), 1000, 2000, 0, 0);
    check(
        "limits-throttled", limits("A host that takes 8 at once and answers 429 above", host, 600));
  }

  @Test
  void the_limits_at_a_host_that_saturates_at_eight() throws IOException {
    var host = new SimulatedHost(0, 0, null, 8, 100, 0, 0);
    check("limits-saturated", limits("A host that is saturated by 8 at once", host, 600));
  }

  @Test
  void a_host_that_is_down_for_two_minutes() throws IOException {
    var host = new SimulatedHost(0, 0, null, 1000, 2000, 60, 180);
    List<Second> seconds = SimulationTest.run(host, Adaptive.AIMD, 300);
    check(
        "dead-host",
        new Plot("A host that is down from 60 s to 180 s", "requests per second", 36)
            .with(new Line("answered", "#2a7", values(seconds, Second::granted)))
            .with(new Line("in vain", "#c33", values(seconds, Second::failed)))
            .with(new Line("limit", "#36c", values(seconds, Second::limit))));
  }

  private static Plot limits(String title, SimulatedHost host, int seconds) {
    Iterator<String> colours = List.of("#36c", "#2a7", "#c80", "#999").iterator();
    Plot plot = new Plot(title, "attempts at once", 36);
    for (Adaptive adaptive : Adaptive.values()) {
      List<Second> run = SimulationTest.run(host, adaptive, seconds);
      String name = adaptive.toString().toLowerCase(Locale.ROOT).replace('_', '-');
      plot = plot.with(new Line(name, colours.next(), values(run, Second::limit)));
    }
    return plot;
  }

  private static List<Double> values(List<Second> seconds, ToDoubleFunction<Second> value) {
    var values = new ArrayList<Double>();
    seconds.forEach(second -> values.add(value.applyAsDouble(second)));
    return values;
  }

  private static void check(String name, Plot plot) throws IOException {
    Path file = FOLDER.resolve(name + ".svg");
    if (System.getProperty("haul.plots", "").equals("write")) {
      Files.writeString(file, plot.svg());
    }
    assertThat(Files.readString(file)).as("%s: see PlotsTest", file).isEqualTo(plot.svg());
  }
}
