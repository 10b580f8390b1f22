package dev.haul.fetch;

import dev.haul.job.InvalidField;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials that jobs may name, with their secrets. Secrets in files are read again every
 * {@link #INTERVAL}, so that one that was replaced is used without a restart.
 */
public final class Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  public static final Credentials NONE = new Credentials(Map.of());

  private final Map<String, Credential> byName;

  /** What is wrong with a secret, told once; two renewals may meet, of the timer and of a 401. */
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  /** Those that the timer has being renewed; belongs to its context. */
  private final Set<String> renewing = new HashSet<>();

  private Credentials(Map<String, Credential> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * Reads all secrets; blocks.
   *
   * @param settings by name
   * @param environment variables of the process
   * @throws InvalidField naming the key when a secret is not there or cannot be sent
   */
  public static Credentials load(
      Map<String, CredentialSettings> settings, Map<String, String> environment) {
    return load(settings, environment, TokenSource.NONE);
  }

  /**
   * Reads all secrets; blocks.
   *
   * @param zoomTokens of the account at Zoom
   */
  public static Credentials load(
      Map<String, CredentialSettings> settings,
      Map<String, String> environment,
      TokenSource zoomTokens) {
    var byName = new TreeMap<String, Credential>();
    new TreeMap<>(settings)
        .forEach((name, entry) ->
            byName.put(
                name,
                new Credential(
                    name, entry, SecretSource.of(name, entry, environment, zoomTokens))));
    return new Credentials(byName);
  }

  /** Keeps the secrets up to date until Vert.x closes. */
  public void watch(Vertx vertx) {
    if (!byName.isEmpty()) {
      var _ = vertx.setPeriodic(INTERVAL.toMillis(), _ -> renewAll(vertx));
    }
  }

  /** Each by itself, as an account may take long to answer; one that does is not asked twice. */
  private void renewAll(Vertx vertx) {
    for (Credential credential : byName.values()) {
      if (renewing.add(credential.name())) {
        vertx
            .executeBlocking(
                () -> {
                  renew(credential);
                  return true;
                },
                false)
            .onComplete(_ -> renewing.remove(credential.name()));
      }
    }
  }

  /** Null when nobody has configured it. */
  @Nullable Credential find(String name) {
    return byName.get(name);
  }

  /** Reads a secret again that was refused; completes on the context. */
  Future<Void> renew(Credential credential, String refused, Context context) {
    return context
        .executeBlocking(() -> {
          renew(credential, () -> credential.renewAfter(refused));
          return true;
        })
        .mapEmpty();
  }

  /** Reads a secret again; blocks. */
  void renew(Credential credential) {
    renew(credential, credential::renew);
  }

  /** When reading fails, the last secret stays in use. */
  private void renew(Credential credential, Runnable reading) {
    try {
      reading.run();
      if (problems.remove(credential.name()) != null) {
        LOG.info("The secret of {} can be read again", credential);
      }
    } catch (InvalidField e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(problems.put(credential.name(), problem))) {
        LOG.warn("The last secret of {} stays in use: {}", credential, problem);
      }
    }
  }

  @Override
  public String toString() {
    return new TreeSet<>(byName.keySet()).toString();
  }
}
