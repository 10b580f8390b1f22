package dev.haul.config;

import dev.haul.job.InvalidField;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Which worker this is.
 *
 * @param id its name in events
 */
public record WorkerSettings(String id) {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9._:-]");
  private static final int HOST_SHOWN = 100;

  /**
   * @throws InvalidField when the id has other characters than an id may have
   */
  public WorkerSettings {
    if (!SHAPE.matcher(id).matches()) {
      throw new InvalidField("worker.id", id, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
    }
  }

  /** A name that tells the machine, with four digits that tell its workers apart. */
  public static WorkerSettings on(String host, RandomGenerator random) {
    String name = host.length() > HOST_SHOWN ? host.substring(0, HOST_SHOWN) : host;
    String suffix = "%04x".formatted(random.nextInt(1 << 16));
    return new WorkerSettings(FOREIGN.matcher(name).replaceAll("-") + "-" + suffix);
  }
}
