package dev.haul.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The environment variables that are settings. */
final class EnvironmentVariables {
  /** Names the file; read by {@link Settings#load}. */
  static final String FILE = "HAUL_CONFIG";

  static final String PREFIX = "HAUL_";

  /** Variables of the launcher and of the log. */
  private static final Set<String> RESERVED =
      Set.of(FILE, "HAUL_HOME", "HAUL_JVM_OPTS", "HAUL_LOG_LEVEL", "HAUL_LOG_FORMAT");

  /**
   * What Kubernetes sets in every pod beside a service whose name starts with "haul": nobody's
   * typing error.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "(HAUL|HAUL_.+)_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)=.*"
              + "|(HAUL|HAUL_.+)_PORT=(tcp|udp|sctp)://.*",
          Pattern.DOTALL);

  private final SettingsReference reference;

  EnvironmentVariables(SettingsReference reference) {
    this.reference = reference;
  }

  /**
   * The settings among the variables; one that is unknown has its own name as key.
   *
   * @param given keys that have been spelled out elsewhere, which a variable cannot spell
   */
  List<Setting> read(Map<String, String> environment, Collection<String> given) {
    var settings = new ArrayList<Setting>();
    new TreeMap<>(environment)
        .forEach((variable, value) -> {
          if (variable.startsWith(PREFIX)
              && !RESERVED.contains(variable)
              && !SERVICE_LINK.matcher(variable + "=" + value).matches()) {
            settings.add(
                key(variable, given)
                    .map(key -> Setting.of(key, value, "environment variable " + variable))
                    .orElseGet(() -> Setting.of(variable, value, "environment")));
          }
        });
    return settings;
  }

  private Optional<String> key(String variable, Collection<String> given) {
    return given.stream()
        .filter(key -> SettingKey.variable(key).equals(variable))
        .findFirst()
        .or(() ->
            reference.keys().stream().flatMap(key -> key(key, variable).stream()).findFirst());
  }

  /** The key that a variable names: in a name that people choose, {@code _} is {@code .} or -. */
  private static Optional<String> key(SettingKey known, String variable) {
    if (!known.isFamily()) {
      return Optional.of(known.name()).filter(key -> SettingKey.variable(key).equals(variable));
    }
    String[] ends = known.name().split(SettingKey.NAME, -1);
    String start = SettingKey.variable(ends[0]);
    String end = SettingKey.variable(ends[1]).substring(PREFIX.length());
    if (!variable.startsWith(start)
        || !variable.endsWith(end)
        || variable.length() <= start.length() + end.length()) {
      return Optional.empty();
    }
    String name =
        variable
            .substring(start.length(), variable.length() - end.length())
            .toLowerCase(Locale.ROOT)
            .replace('_', end.isEmpty() ? '.' : '-');
    return Optional.of(ends[0] + name + ends[1]);
  }
}
