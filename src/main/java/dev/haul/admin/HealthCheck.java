package dev.haul.admin;

import java.util.Optional;

/** One thing that must be well. Asked on an event loop, so it answers from memory. */
public interface HealthCheck {
  /** What is looked at, in a word. */
  String name();

  /** What is wrong, in words that hold no secret; empty when all is well. */
  Optional<String> problem();
}
