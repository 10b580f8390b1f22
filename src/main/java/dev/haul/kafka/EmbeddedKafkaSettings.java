package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The broker inside the worker, or of {@code haul kafka}: {@code embedded-kafka.*}.
 *
 * @param port on 127.0.0.1; 0 for any free one
 * @param data folder that holds everything the broker knows
 * @param node which node of the quorum this is, from 1
 * @param quorum where the controllers of a cluster listen, {@code host:port}, node by node; empty
 *     for a broker that is alone
 */
public record EmbeddedKafkaSettings(
    boolean enabled, int port, Path data, int node, List<String> quorum) {
  public static final EmbeddedKafkaSettings DEFAULTS =
      new EmbeddedKafkaSettings(false, 9092, Path.of("haul-data", "kafka"));

  private static final int MAX_PORT = 65535;
  private static final int MAX_COPIES = 3;
  private static final Pattern ADDRESS = Pattern.compile("[^\\s,:]+:[1-9]\\d{0,4}");

  /**
   * @throws InvalidField when the port is out of range, or the quorum has no such node
   */
  public EmbeddedKafkaSettings {
    quorum = List.copyOf(quorum);
    if (port < 0 || port > MAX_PORT) {
      throw new InvalidField("embedded-kafka.port", port, "must be from 0 to 65535");
    }
    for (String address : quorum) {
      if (!ADDRESS.matcher(address).matches()) {
        throw new InvalidField("embedded-kafka.quorum", address, "must be host:port");
      }
    }
    int nodes = Math.max(1, quorum.size());
    if (node < 1 || node > nodes) {
      throw new InvalidField(
          "embedded-kafka.node", node, "must be from 1 to " + nodes + ", the size of the quorum");
    }
  }

  /** A broker that is alone. */
  public EmbeddedKafkaSettings(boolean enabled, int port, Path data) {
    this(enabled, port, data, 1, List.of());
  }

  /** Copies that each partition can have. */
  public short replication() {
    return (short) Math.max(1, Math.min(quorum.size(), MAX_COPIES));
  }
}
