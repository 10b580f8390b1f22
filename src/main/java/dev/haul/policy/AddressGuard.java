package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which addresses a job may reach: those of the public internet (the IANA special-purpose
 * registries, RFC 6890, without what they list), and what the operator allows by network or by host
 * name.
 */
public final class AddressGuard {
  private record Refusal(AddressNetwork network, String reason) {}

  /** The first that matches gives the reason, so the narrow ones stand before the wide ones. */
  private static final List<Refusal> REFUSALS =
      List.of(
          refusal("169.254.169.254", "a cloud metadata address"),
          refusal("169.254.170.2", "a cloud metadata address"),
          refusal("100.100.100.200", "a cloud metadata address"),
          refusal("168.63.129.16", "a cloud metadata address"),
          refusal("192.0.0.192", "a cloud metadata address"),
          refusal("fd00:ec2::254", "a cloud metadata address"),
          refusal("fd20:ce::254", "a cloud metadata address"),
          refusal("0.0.0.0/8", "unspecified"),
          refusal("10.0.0.0/8", "private (RFC 1918)"),
          refusal("100.64.0.0/10", "carrier-grade NAT (RFC 6598)"),
          refusal("127.0.0.0/8", "loopback"),
          refusal("169.254.0.0/16", "link-local"),
          refusal("172.16.0.0/12", "private (RFC 1918)"),
          refusal("192.0.0.0/24", "reserved for protocols (RFC 6890)"),
          refusal("192.0.2.0/24", "for documentation"),
          refusal("192.88.99.0/24", "a 6to4 relay"),
          refusal("192.168.0.0/16", "private (RFC 1918)"),
          refusal("198.18.0.0/15", "for benchmarks"),
          refusal("198.51.100.0/24", "for documentation"),
          refusal("203.0.113.0/24", "for documentation"),
          refusal("224.0.0.0/4", "multicast"),
          refusal("255.255.255.255", "broadcast"),
          refusal("240.0.0.0/4", "reserved"),
          refusal("::", "unspecified"),
          refusal("::1", "loopback"),
          refusal("100::/63", "a discard-only or dummy prefix"),
          refusal("2001:db8::/32", "for documentation"),
          refusal("2001:2::/48", "for benchmarks"),
          refusal("3fff::/20", "for documentation"),
          refusal("5f00::/16", "a segment routing prefix"),
          refusal("fc00::/7", "a unique local address"),
          refusal("fe80::/10", "link-local"),
          refusal("fec0::/10", "site-local"),
          refusal("ff00::/8", "multicast"));

  private static final AddressNetwork PUBLIC_IPV6 = AddressNetwork.of("2000::/3");
  private static final AddressNetwork PROTOCOLS_IPV6 = AddressNetwork.of("2001::/23");

  private final List<AddressNetwork> allowedNetworks = new ArrayList<>();
  private final Set<String> allowedHosts = new HashSet<>();

  /**
   * @param allow CIDR networks, addresses and host names that may be reached although refused
   * @throws InvalidField naming {@code field} when an entry is none of these
   */
  public AddressGuard(String field, List<String> allow) {
    for (String entry : allow) {
      AddressNetwork network = AddressNetwork.parse(entry);
      if (network != null) {
        allowedNetworks.add(network);
      } else if (entry.matches("[A-Za-z0-9_.-]{1,253}") && !AddressLiteral.isOdd(entry)) {
        allowedHosts.add(name(entry));
      } else {
        throw new InvalidField(field, entry, "must hold CIDR networks, addresses or host names");
      }
    }
  }

  /** Lets everything pass. */
  public static AddressGuard none() {
    return new AddressGuard("none", List.of("0.0.0.0/0", "::/0"));
  }

  /**
   * Judges an address that a host resolved to.
   *
   * @param address 4 or 16 bytes
   * @return why the address may not be reached, null when it may
   */
  public @Nullable String refusalOf(String host, byte[] address) {
    if (allowedHosts.contains(name(host))) {
      return null;
    }
    for (AddressNetwork network : allowedNetworks) {
      if (network.contains(address)) {
        byte[] inner = AddressForm.ipv4Within(address);
        return inner == null ? null : refusalOf(host, inner);
      }
    }
    for (Refusal refusal : REFUSALS) {
      if (refusal.network.contains(address)) {
        return refusal.reason;
      }
    }
    for (AddressForm form : AddressForm.ALL) {
      if (form.network().contains(address)) {
        return form.name();
      }
    }
    boolean isPublic =
        address.length == 4 || (PUBLIC_IPV6.contains(address) && !PROTOCOLS_IPV6.contains(address));
    return isPublic ? null : "reserved";
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static Refusal refusal(String network, String reason) {
    return new Refusal(AddressNetwork.of(network), reason);
  }
}
