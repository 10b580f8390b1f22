package dev.haul.fetch;

import dev.haul.policy.AddressGuard;
import dev.haul.policy.AddressLiteral;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns hosts into addresses that may be reached. Names are looked up by the JDK on a worker
 * thread, once for all who ask at a time, and remembered for a while; belongs to one event loop.
 */
final class HostResolver {
  private static final long LIFETIME_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int CAPACITY = 256;

  private record Answer(Resolution resolution, long resolvedAtNanos) {}

  private final Context context;
  private final AddressGuard guard;
  private final Map<String, Answer> cache =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > CAPACITY;
        }
      };
  private final Map<String, Future<Resolution>> running = new HashMap<>();

  HostResolver(Context context, AddressGuard guard) {
    this.context = context;
    this.guard = guard;
  }

  /** The answer if it is known already, null when it must be looked up. */
  @Nullable Resolution known(String host) {
    Answer answer = cache.get(host);
    if (answer != null && System.nanoTime() - answer.resolvedAtNanos < LIFETIME_NANOS) {
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

  /** Looks a name up; completes on the context, never fails. */
  Future<Resolution> lookUp(String host) {
    Future<Resolution> lookup = running.get(host);
    if (lookup == null) {
      lookup =
          context
              .executeBlocking(() -> resolve(host), false)
              .onComplete(_ -> running.remove(host))
              .map(resolution -> remember(host, Objects.requireNonNull(resolution)));
      running.put(host, lookup);
    }
    return lookup;
  }

  private Resolution resolve(String host) {
    try {
      return judge(host, Arrays.asList(InetAddress.getAllByName(host)));
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
  private Resolution judge(String host, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      String refusal = guard.refusalOf(host, address.getAddress());
      if (refusal != null) {
        return new Resolution.Forbidden(
            "address " + address.getHostAddress() + " must not be reached: it is " + refusal);
      }
    }
    return new Resolution.Addresses(addresses);
  }

  /** What failed is asked again by the next attempt. */
  private Resolution remember(String host, Resolution resolution) {
    if (resolution instanceof Resolution.Addresses) {
      cache.put(host, new Answer(resolution, System.nanoTime()));
    }
    return resolution;
  }
}
