package dev.haul.policy;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The order in which the addresses of a host are tried (RFC 8305 §4). */
public final class AddressOrder {
  /** Of a host; more would only prolong the agony. */
  private static final int MOST = 16;

  private AddressOrder() {}

  /**
   * Lets the two families take turns, so that a family without a way out costs one attempt; each
   * keeps its order, and the family of the first address begins.
   */
  public static List<InetAddress> interleaved(List<InetAddress> addresses) {
    List<Deque<InetAddress>> families = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    for (InetAddress address : addresses) {
      boolean likeFirst = address.getClass() == addresses.getFirst().getClass();
      families.get(likeFirst ? 0 : 1).add(address);
    }
    int count = Math.min(MOST, addresses.size());
    var order = new ArrayList<InetAddress>(count);
    for (int turn = 0; order.size() < count; turn++) {
      InetAddress next = families.get(turn % 2).poll();
      if (next != null) {
        order.add(next);
      }
    }
    return List.copyOf(order);
  }
}
