package dev.haul.kafka;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Asks, before a worker starts, whether Kafka is there. */
public final class KafkaProbe {
  /** What a probe found; {@link #reason} is one line for people. */
  public sealed interface Answer {
    String reason();

    record Ready() implements Answer {
      @Override
      public String reason() {
        return "Kafka answers and all topics are there";
      }
    }

    record MissingTopics(Set<String> topics) implements Answer {
      @Override
      public String reason() {
        return "topics are missing: " + String.join(", ", topics.stream().sorted().toList());
      }
    }

    record Unreachable(String reason) implements Answer {}
  }

  private KafkaProbe() {}

  /** Blocks for the timeout at most, unless the name server is slow. */
  public static Answer ask(KafkaSettings kafka, TopicSettings topics, Duration timeout) {
    try (Admin admin = Admin.create(properties(kafka, timeout))) {
      Set<String> missing = new HashSet<>(topics.all());
      missing.removeAll(admin.listTopics().names().get(timeout.toMillis(), TimeUnit.MILLISECONDS));
      return missing.isEmpty() ? new Answer.Ready() : new Answer.MissingTopics(Set.copyOf(missing));
    } catch (TimeoutException | ExecutionException | KafkaException e) {
      return new Answer.Unreachable(KafkaUnavailable.message(kafka, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Unreachable(KafkaUnavailable.message(kafka, e));
    }
  }

  private static Map<String, Object> properties(KafkaSettings kafka, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    return ClientProperties.admin(
        kafka,
        Map.of(
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis));
  }
}
