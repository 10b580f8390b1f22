package dev.haul.cli;

import dev.haul.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The settings of a worker that people type. */
final class WorkerOptions {
  @Mixin SettingsOptions settings = new SettingsOptions();

  @Option(
      names = "--group-id",
      paramLabel = "NAME",
      description = "Workers of one group share the jobs (kafka.group-id).")
  @Nullable String groupId;

  @Option(
      names = "--embedded-kafka",
      description = "Run a broker in this process (embedded-kafka.enabled).")
  boolean embeddedKafka;

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "Where files go (stores.default.root).")
  @Nullable Path store;

  @Option(
      names = "--max-concurrent",
      paramLabel = "N",
      description = "Transfers at once (dispatch.max-concurrent).")
  @Nullable Integer maxConcurrent;

  @Option(
      names = "--max-per-host",
      paramLabel = "N",
      description = "Transfers at once from one host (dispatch.max-per-host).")
  @Nullable Integer maxPerHost;

  @Option(
      names = "--allow-network",
      paramLabel = "CIDR|HOST",
      split = ",",
      description = "A private network that may be reached (fetch.allow-networks).")
  List<String> allowNetworks = List.of();

  @Option(
      names = "--allow-port",
      paramLabel = "PORT",
      split = ",",
      description = "A port beyond 80 and 443 that may be reached (fetch.allow-ports).")
  List<Integer> allowPorts = List.of();

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description = "Health and metrics; 0 for any free one (admin.port).")
  @Nullable Integer adminPort;

  @Option(
      names = "--worker-id",
      paramLabel = "NAME",
      description = "The worker's name in events (worker.id).")
  @Nullable String workerId;

  /** What was set on the command line, by key. */
  Map<String, String> flags() {
    var flags = new LinkedHashMap<>(settings.flags());
    SettingsOptions.put(flags, "kafka.group-id", groupId);
    SettingsOptions.put(flags, "embedded-kafka.enabled", embeddedKafka ? true : null);
    SettingsOptions.put(flags, "stores.default.root", store);
    SettingsOptions.put(flags, "dispatch.max-concurrent", maxConcurrent);
    SettingsOptions.put(flags, "dispatch.max-per-host", maxPerHost);
    SettingsOptions.put(flags, "fetch.allow-networks", joined(allowNetworks));
    SettingsOptions.put(flags, "fetch.allow-ports", joined(allowPorts));
    SettingsOptions.put(flags, "admin.port", adminPort);
    SettingsOptions.put(flags, "worker.id", workerId);
    return flags;
  }

  Settings load() {
    return load(flags());
  }

  Settings load(Map<String, String> flags) {
    return settings.load(flags);
  }

  private static @Nullable String joined(List<?> values) {
    return values.isEmpty()
        ? null
        : String.join(",", values.stream().map(String::valueOf).toList());
  }
}
