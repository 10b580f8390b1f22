package dev.haul.kafka;

import java.util.concurrent.TimeoutException;

/** Kafka does not answer, or refuses; the message is one line for people. */
public final class KafkaUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  KafkaUnavailable(KafkaSettings kafka, Throwable cause) {
    super(message(kafka, cause), cause);
  }

  static String message(KafkaSettings kafka, Throwable cause) {
    return "Kafka cannot be reached at " + kafka.bootstrapServers() + ": " + reason(cause);
  }

  /** The deepest cause says what is wrong; Kafka's own wrappers only say what was tried. */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    if (cause != null) {
      return reason(cause);
    }
    return failure instanceof TimeoutException
            || failure instanceof org.apache.kafka.common.errors.TimeoutException
        ? "no answer in time"
        : failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
