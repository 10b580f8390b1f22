package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.util.Comparator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a waiter of the {@link Scheduler} wants a slot for.
 *
 * @param lane that it came by
 * @param host what is limited together
 * @param credential limited across hosts, null for none
 * @param tenant that it is for; those for nobody in particular share an empty name
 * @param priority 0 (last) to 9 (first)
 * @param bytes that it will probably bring, if known
 */
public record SlotWish(
    String lane,
    Host host,
    @Nullable String credential,
    String tenant,
    int priority,
    OptionalLong bytes) {

  /**
   * One server, as a limiter or an outage sees it.
   *
   * @param name in lower case
   */
  public record Host(String name, int port) implements Comparable<Host> {
    private static final Comparator<Host> ORDER =
        Comparator.comparing(Host::name).thenComparingInt(Host::port);

    @Override
    public int compareTo(Host other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return name + ":" + port;
    }
  }

  /**
   * @throws InvalidField when the priority is out of range
   */
  public SlotWish {
    if (priority < 0 || priority > 9) {
      throw new InvalidField("priority", priority, "must be from 0 to 9");
    }
  }
}
