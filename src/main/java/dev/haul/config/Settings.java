package dev.haul.config;

import dev.haul.admin.AdminSettings;
import dev.haul.fetch.CredentialSettings;
import dev.haul.fetch.FetchSettings;
import dev.haul.fetch.ProgressSettings;
import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import dev.haul.kafka.EmbeddedKafkaSettings;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.TopicSettings;
import dev.haul.pipeline.CommitSettings;
import dev.haul.pipeline.IntakeSettings;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.DuplicateSettings;
import dev.haul.policy.PoisonSettings;
import dev.haul.policy.RetrySettings;
import dev.haul.store.StoreSettings;
import dev.haul.trace.TracingSettings;
import dev.haul.zoom.ZoomSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything a worker can be told. The names of the components, in kebab case and joined by dots,
 * are the keys: {@code fetch().maxBytes()} is {@code fetch.max-bytes}.
 *
 * @param stores by name; there is always one called {@code default}
 * @param credentials by name
 */
public record Settings(
    KafkaSettings kafka,
    TopicSettings topics,
    EmbeddedKafkaSettings embeddedKafka,
    Map<String, StoreSettings> stores,
    DispatchSettings dispatch,
    IntakeSettings intake,
    CommitSettings commit,
    FetchSettings fetch,
    Map<String, CredentialSettings> credentials,
    ProgressSettings progress,
    RetrySettings retry,
    DuplicateSettings duplicates,
    PoisonSettings poison,
    AdminSettings admin,
    WorkerSettings worker,
    ShutdownSettings shutdown,
    TracingSettings tracing,
    ZoomSettings zoom) {

  /**
   * @throws InvalidField when two stores share a place, where each would clear away the other's
   *     work
   */
  public Settings {
    stores = Map.copyOf(stores);
    credentials = Map.copyOf(credentials);
    var places = new HashMap<String, String>();
    new TreeMap<>(stores)
        .forEach((name, store) -> {
          String other = places.put(store.place(), name);
          if (other != null) {
            String key = "stores." + (name.equals(DownloadJob.DEFAULT_STORE) ? other : name);
            throw switch (store.type()) {
              case FILE ->
                  new InvalidField(
                      key + ".root",
                      store.root().toString(),
                      "must not be the root of another store");
              case S3 ->
                  new InvalidField(
                      key + ".s3.prefix",
                      store.s3().prefix(),
                      "must not be that of another store in the bucket");
            };
          }
        });
  }

  /** What holds where nothing is said. The id of the worker differs from call to call. */
  public static Settings defaults() {
    return new Settings(
        KafkaSettings.DEFAULTS,
        TopicSettings.DEFAULTS,
        EmbeddedKafkaSettings.DEFAULTS,
        Map.of(DownloadJob.DEFAULT_STORE, StoreSettings.DEFAULTS),
        DispatchSettings.DEFAULTS,
        IntakeSettings.DEFAULTS,
        CommitSettings.DEFAULTS,
        FetchSettings.DEFAULTS,
        Map.of(),
        ProgressSettings.DEFAULTS,
        RetrySettings.DEFAULTS,
        DuplicateSettings.DEFAULTS,
        PoisonSettings.DEFAULTS,
        AdminSettings.DEFAULTS,
        WorkerSettings.on(HostName.ofThisMachine(), RandomGenerator.getDefault()),
        ShutdownSettings.DEFAULTS,
        TracingSettings.DEFAULTS,
        ZoomSettings.DEFAULTS);
  }

  /**
   * Reads the settings; flags win over the environment, which wins over the file.
   *
   * @param file YAML or properties, by its extension; when null, what {@code HAUL_CONFIG} names
   * @param environment all variables of the process
   * @param flags values by key, such as {@code fetch.max-bytes}
   * @throws ConfigurationException listing everything that is wrong
   */
  public static Settings load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    String named = environment.getOrDefault(EnvironmentVariables.FILE, "");
    Path source = file == null && !named.isEmpty() ? Path.of(named) : file;
    var reference = SettingsReference.of(defaults());
    var binder = new SettingsBinder(reference);
    if (source != null) {
      binder.apply(SettingsFile.read(source));
    }
    binder.apply(new EnvironmentVariables(reference).read(environment, binder.keys()));
    flags.forEach((key, value) -> binder.apply(Setting.of(key, value, "command line")));
    return binder.bind();
  }
}
