package dev.haul.fetch;

import java.net.InetAddress;
import java.util.List;

/** What a host name led to. */
sealed interface Resolution {
  /** Every address of the host may be reached; there is at least one. */
  record Addresses(List<InetAddress> all) implements Resolution {
    public Addresses {
      all = List.copyOf(all);
    }
  }

  /** An address of the host must not be reached. */
  record Forbidden(String reason) implements Resolution {}

  record Unknown(String reason) implements Resolution {}
}
