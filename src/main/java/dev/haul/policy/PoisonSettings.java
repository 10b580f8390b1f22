package dev.haul.policy;

import dev.haul.job.InvalidField;

/**
 * When a job is held to kill its worker.
 *
 * @param deaths {@code poison.deaths}: so many workers have died while it ran; 0 for never
 */
public record PoisonSettings(int deaths) {
  private static final int MOST = 1000;

  public static final PoisonSettings DEFAULTS = new PoisonSettings(3);

  /**
   * @throws InvalidField naming the key that breaks its rule
   */
  public PoisonSettings {
    if (deaths < 0 || deaths > MOST) {
      throw new InvalidField("poison.deaths", deaths, "must be from 0 to 1000");
    }
  }

  /** Whether a job is not to be tried again. */
  public boolean isReached(int died) {
    return deaths > 0 && died >= deaths;
  }
}
