package dev.haul.policy;

import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * Reads IP addresses written out, in the one form that everybody reads alike: four decimal numbers
 * without leading zeros, or IPv6 (RFC 4291) with or without brackets, without a zone.
 */
public final class AddressLiteral {
  private AddressLiteral() {}

  /** The 4 or 16 bytes of the address, null when the text is no plain address. */
  public static byte @Nullable [] parse(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    if (bare.indexOf(':') < 0) {
      return bracketed ? null : parseIpv4(bare);
    }
    if (bare.indexOf('%') >= 0 || bare.indexOf('[') >= 0) {
      return null;
    }
    try {
      return Inet6Address.ofLiteral(bare).getAddress();
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /**
   * Whether a host would pass as an address somewhere (decimal, octal, hex, short, with a trailing
   * dot, with a zone) without being a plain one. No name ends in a number (WHATWG URL, "ends in a
   * number").
   */
  public static boolean isOdd(String host) {
    if (parse(host) != null) {
      return false;
    }
    String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String last = bare.substring(bare.lastIndexOf('.') + 1);
    return bare.isEmpty()
        || bare.indexOf(':') >= 0
        || bare.indexOf('[') >= 0
        || last.isEmpty()
        || last.matches("[0-9]+|0[xX][0-9a-fA-F]*");
  }

  private static byte @Nullable [] parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
        return null;
      }
      address[i] = (byte) Integer.parseInt(parts[i]);
    }
    return address;
  }
}
