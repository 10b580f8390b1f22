package dev.haul.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of IPv6 address that leads to an IPv4 address.
 *
 * @param inverted whether the bits of the IPv4 address are flipped
 * @param places where its four bytes stand
 */
record AddressForm(String name, AddressNetwork network, boolean inverted, int... places) {
  private static final int[] LAST = {12, 13, 14, 15};

  static final List<AddressForm> ALL =
      List.of(
          new AddressForm("an IPv4-mapped form", prefix(10), false, LAST),
          new AddressForm("an IPv4-translated form", prefix(8), false, LAST),
          new AddressForm("an IPv4-compatible form", AddressNetwork.of("::/96"), false, LAST),
          new AddressForm("NAT64", AddressNetwork.of("64:ff9b::/96"), false, LAST),
          // The layout of a /48 prefix (RFC 6052 §2.2).
          new AddressForm(
              "local-use NAT64", AddressNetwork.of("64:ff9b:1::/48"), false, 6, 7, 9, 10),
          new AddressForm("6to4", AddressNetwork.of("2002::/16"), false, 2, 3, 4, 5),
          // The address of the client (RFC 4380 §4).
          new AddressForm("Teredo", AddressNetwork.of("2001::/32"), true, LAST));

  /** The IPv4 address within, null when the address is of no such form. */
  static byte @Nullable [] ipv4Within(byte[] address) {
    for (AddressForm form : ALL) {
      if (form.network.contains(address)) {
        byte[] ipv4 = new byte[4];
        for (int i = 0; i < 4; i++) {
          byte octet = address[form.places[i]];
          ipv4[i] = form.inverted ? (byte) ~octet : octet;
        }
        return ipv4;
      }
    }
    return null;
  }

  /** The parser of the JDK turns mapped addresses into IPv4, so their prefix is made by hand. */
  private static AddressNetwork prefix(int ones) {
    byte[] prefix = new byte[16];
    prefix[ones] = (byte) 0xff;
    prefix[ones + 1] = (byte) 0xff;
    return new AddressNetwork(prefix, 96);
  }
}
