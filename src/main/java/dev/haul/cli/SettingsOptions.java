package dev.haul.cli;

import dev.haul.config.ConfigurationException;
import dev.haul.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that talks to Kafka. */
final class SettingsOptions {
  @Mixin Logging logging = new Logging();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings, as YAML or properties. HAUL_CONFIG names one too.")
  @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one setting. Any key, as often as you like.")
  Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      description = "The Kafka brokers (kafka.bootstrap-servers).")
  @Nullable String bootstrapServers;

  /** What was set on the command line, by key. */
  Map<String, String> flags() {
    var flags = new LinkedHashMap<>(overrides);
    put(flags, "kafka.bootstrap-servers", bootstrapServers);
    return flags;
  }

  /**
   * Reads the settings.
   *
   * @throws ConfigurationException listing everything that is wrong
   */
  Settings load() {
    return load(flags());
  }

  Settings load(Map<String, String> flags) {
    var environment = new HashMap<>(System.getenv());
    environment.remove(Logging.SWITCH);
    return Settings.load(file, environment, flags);
  }

  static void put(Map<String, String> flags, String key, @Nullable Object value) {
    if (value != null) {
      flags.put(key, value.toString());
    }
  }
}
