package dev.haul.chaos;

import dev.haul.origin.Origin;
import dev.haul.origin.OriginSettings;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** Serves the files of a run, each with the faults of its kind. */
final class ChaosOrigin implements AutoCloseable {
  private static final int SECONDS_OF_A_SLOW_FILE = 4;
  private static final int LONG_WAIT = 4;

  private final Origin origin;

  private ChaosOrigin(Origin origin) {
    this.origin = origin;
  }

  static ChaosOrigin start(InstantSource clock) throws IOException {
    return new ChaosOrigin(Origin.start(OriginSettings.LOCAL, clock));
  }

  /** The ports of all its hosts. */
  List<Integer> ports() {
    return List.of(origin.port(), origin.otherPort());
  }

  String url(Cargo cargo) {
    String file = file(cargo) + faults(cargo);
    return cargo.kind() == CargoKind.THROTTLED ? origin.otherUrl(file) : origin.url(file);
  }

  /** The digest of the file as it is when nothing goes wrong, in hex. */
  String sha256(Cargo cargo) {
    return origin.checksum(file(cargo)).hex();
  }

  /** Bytes of bodies sent to all. */
  long bytesSent() {
    return origin.paths().values().stream().mapToLong(path -> path.bytes()).sum();
  }

  @Override
  public void close() {
    origin.close();
  }

  private static String file(Cargo cargo) {
    return "%s?seed=%d&size=%d".formatted(cargo.id(), cargo.content(), cargo.size());
  }

  private static String faults(Cargo cargo) {
    int some = 1 + (int) (cargo.content() % 3);
    long middle = cargo.size() / 2;
    return switch (cargo.kind()) {
      case WHOLE, OTHER_STORE, CANCELLED, FALSE_CHECKSUM, UNREADABLE -> "";
      // A record that repeats another asks for the same; alone, it is a plain one.
      case REPEATED -> "";
      case SLOW -> "&rate=" + Math.max(1, cargo.size() / SECONDS_OF_A_SLOW_FILE);
      case CUT -> "&cut=%d*%d".formatted(middle, some) + (some == 1 ? "&reset=true*1" : "");
      case STALLED -> "&stall=%d*1".formatted(middle);
      case BUSY -> "&status=503*" + some;
      // Every other one has to wait for longer than a worker keeps it.
      case THROTTLED ->
          "&status=429*1&retry-after=%d*1".formatted(cargo.content() % 2 == 0 ? 1 : LONG_WAIT);
      case GONE -> "&status=404";
    };
  }
}
