package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that are reached without the proxy: a name stands for itself and every name below it, a
 * network for the addresses that are written out in a URL.
 */
public final class DirectHosts {
  private final Set<String> names = new HashSet<>();
  private final List<AddressNetwork> networks = new ArrayList<>();

  /**
   * @param entries names, with or without a dot or {@code *.} before them, CIDR networks and
   *     addresses
   * @throws InvalidField naming {@code field} when an entry is none of these
   */
  public DirectHosts(String field, List<String> entries) {
    for (String entry : entries) {
      AddressNetwork network = AddressNetwork.parse(entry);
      String name = entry.replaceFirst("^(\\*?\\.)", "").toLowerCase(Locale.ROOT);
      if (network != null) {
        networks.add(network);
      } else if (name.matches("[a-z0-9_][a-z0-9_.-]{0,252}") && !AddressLiteral.isOdd(name)) {
        names.add(name);
      } else {
        throw new InvalidField(field, entry, "must hold host names, addresses or CIDR networks");
      }
    }
  }

  /**
   * Whether a host of a URL is reached directly.
   *
   * @param host in lower case; an IPv6 address in brackets
   */
  public boolean contains(String host) {
    byte[] address = AddressLiteral.parse(host);
    if (address != null) {
      return networks.stream().anyMatch(network -> network.contains(address));
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    while (!names.contains(name)) {
      int dot = name.indexOf('.');
      if (dot < 0) {
        return false;
      }
      name = name.substring(dot + 1);
    }
    return true;
  }
}
