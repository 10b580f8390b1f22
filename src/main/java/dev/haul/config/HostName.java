package dev.haul.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine. */
final class HostName {
  /** Asked first because {@link InetAddress} looks the name up, for seconds when DNS is away. */
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  static String ofThisMachine() {
    try {
      return Files.readString(LINUX).strip();
    } catch (IOException notLinux) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException nameless) {
        return "haul";
      }
    }
  }
}
