package dev.haul.fetch;

import dev.haul.policy.AddressGuard;
import dev.haul.policy.AddressLiteral;
import dev.haul.policy.AddressOrder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns hosts into addresses that may be reached. Names are looked up on a few threads that all
 * event loops share, once for all who ask at a time, and remembered for a while, failures more
 * briefly; belongs to one event loop.
 */
final class HostResolver {
  /** Looks a name up; blocks. */
  interface Lookup {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  private static final long LIFETIME_NANOS = Duration.ofSeconds(30).toNanos();

  /** So that the jobs of a name that does not exist do not ask one by one. */
  private static final long FAILURE_LIFETIME_NANOS = Duration.ofSeconds(3).toNanos();

  private static final int CAPACITY = 1024;

  /** One that asks a name server that does not answer is gone for half a minute or so. */
  private static final int THREADS = 32;

  /** Lookups that run or wait for a thread. */
  private static final int MAX_RUNNING = 256;

  private record Answer(Resolution resolution, long expiresAtNanos) {}

  private final WorkerExecutor threads;
  private final AddressGuard guard;
  private final Lookup lookup;
  private final Map<String, Answer> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > CAPACITY;
        }
      };
  private final Map<String, Future<Resolution>> running = new HashMap<>();

  HostResolver(Vertx vertx, AddressGuard guard, Lookup lookup) {
    this.threads = vertx.createSharedWorkerExecutor("haul-dns", THREADS);
    this.guard = guard;
    this.lookup = lookup;
  }

  /** The answer if it is known already, null when it must be looked up. */
  @Nullable Resolution known(String host) {
    Answer answer = cache.get(host);
    if (answer != null && System.nanoTime() - answer.expiresAtNanos < 0) {
      return answer.resolution;
    }
    byte[] literal = AddressLiteral.parse(host);
    if (literal == null && !AddressLiteral.isOdd(host)) {
      return null;
    }
    return remember(
        host,
        literal == null
            ? new Resolution.Forbidden("host is neither a name nor a plain address")
            : judge(host, literal));
  }

  /** Looks a name up; completes on the event loop, never fails. */
  Future<Resolution> lookUp(String host) {
    Future<Resolution> asked = running.get(host);
    if (asked != null) {
      return asked;
    }
    if (running.size() == MAX_RUNNING) {
      return Future.succeededFuture(
          new Resolution.Unknown("too many host names are being looked up"));
    }
    asked =
        threads
            .executeBlocking(() -> resolve(host), false)
            .onComplete(_ -> running.remove(host))
            .map(resolution -> remember(host, Objects.requireNonNull(resolution)));
    running.put(host, asked);
    return asked;
  }

  /** An address of the host was connected to: the next time it is tried first. */
  void reached(String host, InetAddress address) {
    Answer answer = cache.get(host);
    if (answer != null
        && answer.resolution instanceof Resolution.Addresses(List<InetAddress> all)
        && !all.getFirst().equals(address)
        && all.contains(address)) {
      var order = new ArrayList<>(all);
      order.remove(address);
      order.addFirst(address);
      cache.put(host, new Answer(new Resolution.Addresses(order), answer.expiresAtNanos));
    }
  }

  private Resolution resolve(String host) {
    try {
      return judge(host, Arrays.asList(lookup.find(host)));
    } catch (UnknownHostException _) {
      return new Resolution.Unknown("host name " + host + " could not be resolved");
    }
  }

  private Resolution judge(String host, byte[] literal) {
    try {
      return judge(host, List.of(InetAddress.getByAddress(literal)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** One bad address spoils a host: which one is connected to must not depend on luck. */
  private Resolution judge(String host, List<InetAddress> addresses) throws UnknownHostException {
    var nameless = new ArrayList<InetAddress>(addresses.size());
    for (InetAddress address : addresses) {
      String refusal = guard.refusalOf(host, address.getAddress());
      if (refusal != null) {
        return new Resolution.Forbidden(
            "address " + address.getHostAddress() + " must not be reached: it is " + refusal);
      }
      // A proxy would be told the name that an address still knows, and look it up again.
      nameless.add(InetAddress.getByAddress(address.getAddress()));
    }
    return new Resolution.Addresses(AddressOrder.interleaved(nameless));
  }

  private Resolution remember(String host, Resolution resolution) {
    boolean found = resolution instanceof Resolution.Addresses;
    long lifetime = found ? LIFETIME_NANOS : FAILURE_LIFETIME_NANOS;
    cache.put(host, new Answer(resolution, System.nanoTime() + lifetime));
    return resolution;
  }

  Future<Void> close() {
    return threads.close();
  }
}
