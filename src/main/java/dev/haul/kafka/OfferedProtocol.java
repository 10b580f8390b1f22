package dev.haul.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which group protocol to use. */
final class OfferedProtocol {
  private static final Logger LOG = LoggerFactory.getLogger(OfferedProtocol.class);

  /** The feature that stands for KIP-848, from version 1 on. */
  private static final String FEATURE = "group.version";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What the client refuses with the newer protocol, as the brokers decide it there. */
  private static final Set<String> CLASSIC_ONLY =
      Set.of(
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

  private OfferedProtocol() {}

  /**
   * The protocol that settings and brokers come to, never {@link GroupProtocol#AUTO}. Asks the
   * brokers if need be, and takes the classic one if they do not say.
   */
  static GroupProtocol of(KafkaSettings kafka) {
    String named = kafka.properties().get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    if (named != null) {
      return named.equalsIgnoreCase("consumer") ? GroupProtocol.CONSUMER : GroupProtocol.CLASSIC;
    }
    return switch (kafka.groupProtocol()) {
      case CLASSIC, CONSUMER -> kafka.groupProtocol();
      case AUTO -> {
        boolean classic = kafka.properties().keySet().stream().anyMatch(CLASSIC_ONLY::contains);
        yield !classic && isOffered(kafka) ? GroupProtocol.CONSUMER : GroupProtocol.CLASSIC;
      }
    };
  }

  private static boolean isOffered(KafkaSettings kafka) {
    try (Admin admin = Admin.create(ClientProperties.admin(kafka, Map.of()))) {
      FinalizedVersionRange version =
          admin
              .describeFeatures()
              .featureMetadata()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .finalizedFeatures()
              .get(FEATURE);
      return version != null && version.maxVersionLevel() >= 1;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.info("The brokers do not say what they offer, so the group is classic: {}", e.toString());
      return false;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
