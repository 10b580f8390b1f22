package dev.haul.kafka;

/** How the members of a group agree on who has which partition; both are cooperative. */
public enum GroupProtocol {
  /** What the brokers offer. */
  AUTO,
  /** The members agree among themselves. */
  CLASSIC,
  /** The brokers decide (KIP-848). */
  CONSUMER
}
