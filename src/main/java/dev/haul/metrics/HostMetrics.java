package dev.haul.metrics;

import dev.haul.policy.HostReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The hosts that a worker deals with most, the others in one sum: however many there are, the
 * number of series is bounded. Belongs to whoever scrapes, one at a time.
 */
final class HostMetrics {
  private static final int SHOWN = 20;
  private static final String OTHER = "other";

  private static final Comparator<HostReport> BUSIEST_FIRST =
      Comparator.comparingInt((HostReport host) -> host.running() + host.waiting())
          .thenComparingDouble(HostReport::startsPerSecond)
          .reversed()
          .thenComparing(HostReport::host);

  private final Supplier<List<HostReport>> hosts;
  private final MultiGauge limit;
  private final MultiGauge running;
  private final MultiGauge waiting;
  private final MultiGauge rate;
  private final MultiGauge pace;
  private final MultiGauge down;
  private final MultiGauge throttled;

  HostMetrics(MeterRegistry registry, Supplier<List<HostReport>> hosts) {
    this.hosts = hosts;
    this.limit = gauge(registry, "limit", "Transfers that may run at once at a host");
    this.running = gauge(registry, "running", "Transfers that run at a host");
    this.waiting = gauge(registry, "waiting", "Jobs that wait for a slot at a host");
    this.rate = gauge(registry, "rate", "Attempts started a second at a host, lately");
    this.pace = gauge(registry, "pace", "Requests a second that a host grants, once it throttled");
    this.down = gauge(registry, "down", "1 while a host is down and only probed");
    this.throttled = gauge(registry, "throttled", "1 while a host asked to be left alone");
    total(registry, "down", "Hosts that are down", HostReport::down);
    total(registry, "throttled", "Hosts that asked to be left alone", HostReport::pausing);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String help) {
    return MultiGauge.builder("haul.host." + name).description(help).register(registry);
  }

  private void total(
      MeterRegistry registry, String name, String help, Predicate<HostReport> which) {
    Gauge.builder("haul.hosts." + name, () -> hosts.get().stream().filter(which).count())
        .description(help)
        .register(registry);
  }

  /** Takes the hosts as they are now. */
  synchronized void refresh() {
    List<HostReport> sorted = hosts.get().stream().sorted(BUSIEST_FIRST).toList();
    List<HostReport> shown = sorted.subList(0, Math.min(SHOWN, sorted.size()));
    List<HostReport> others = sorted.subList(shown.size(), sorted.size());
    limit.register(rows(shown, HostReport::limit), true);
    running.register(rows(shown, others, HostReport::running), true);
    waiting.register(rows(shown, others, HostReport::waiting), true);
    rate.register(rows(shown, others, HostReport::startsPerSecond), true);
    List<HostReport> paced = shown.stream().filter(host -> Double.isFinite(host.pace())).toList();
    pace.register(rows(paced, HostReport::pace), true);
    down.register(rows(shown, host -> host.down() ? 1 : 0), true);
    throttled.register(rows(shown, host -> host.pausing() ? 1 : 0), true);
  }

  private static List<Row<?>> rows(
      List<HostReport> shown, List<HostReport> others, ToDoubleFunction<HostReport> value) {
    List<Row<?>> rows = rows(shown, value);
    if (!others.isEmpty()) {
      rows.add(Row.of(Tags.of("host", OTHER), others.stream().mapToDouble(value).sum()));
    }
    return rows;
  }

  private static List<Row<?>> rows(List<HostReport> shown, ToDoubleFunction<HostReport> value) {
    return shown.stream()
        .<Row<?>>map(host -> Row.of(Tags.of("host", host.host()), value.applyAsDouble(host)))
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
