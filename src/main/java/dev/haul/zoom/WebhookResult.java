package dev.haul.zoom;

import java.util.Locale;

/** What became of a request to the webhook, each with the status that is answered. */
public enum WebhookResult {
  /** Kafka has the jobs. */
  ACCEPTED(200),
  /** An event that was accepted before. */
  DUPLICATE(200),
  /** A signed event that brings no files. */
  IGNORED(200),
  /** Zoom's question whether the endpoint knows the secret. */
  VALIDATED(200),
  MALFORMED(400),
  UNSIGNED(401),
  WRONG_SIGNATURE(401),
  STALE(401),
  NOT_FOUND(404),
  NOT_ALLOWED(405),
  TOO_LARGE(413),
  /** More requests are open than may: they wait for Kafka, or do not come to an end. */
  BUSY(503),
  /** Kafka did not take the jobs: Zoom sends the event again. */
  NOT_STORED(503);

  private final int status;

  WebhookResult(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  /** In metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
