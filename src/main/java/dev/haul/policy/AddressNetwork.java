package dev.haul.policy;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block of IPv4 or IPv6 addresses, written {@code address/bits} (CIDR, RFC 4632).
 *
 * @param first any address of the block: 4 or 16 bytes, of which the first {@code bits} bits count
 */
record AddressNetwork(byte[] first, int bits) {

  /** Reads a block, or a single address; null when the text is neither. */
  static @Nullable AddressNetwork parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = AddressLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    if (slash < 0) {
      return new AddressNetwork(address, address.length * 8);
    }
    String bits = text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > address.length * 8) {
      return null;
    }
    return new AddressNetwork(address, Integer.parseInt(bits));
  }

  /** A block that is known to be well written. */
  static AddressNetwork of(String text) {
    return Objects.requireNonNull(parse(text), text);
  }

  boolean contains(byte[] address) {
    if (address.length != first.length) {
      return false;
    }
    for (int i = 0; i < bits / 8; i++) {
      if (address[i] != first[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((address[bits / 8] ^ first[bits / 8]) & 0xff) >>> (8 - rest) == 0;
  }
}
