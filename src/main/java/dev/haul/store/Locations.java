package dev.haul.store;

import dev.haul.job.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Where the files of a store are.
 *
 * @param uri of the root as configured, with a slash at its end: what users are told
 * @param realRoot without symbolic links: what is worked on
 */
record Locations(String uri, Path realRoot) {
  /** The characters of a URI's path beside letters and digits (RFC 3986, section 3.3). */
  private static final String PATH_SIGNS = "/-._~!$&'()*+,;=:@";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /**
   * @param root a folder that exists
   */
  static Locations of(Path root) throws IOException {
    return new Locations(root.toAbsolutePath().normalize().toUri().toString(), root.toRealPath());
  }

  /** Where a target is, unless a link on the way leads elsewhere. */
  Path path(Target target) {
    return realRoot.resolve(target.path());
  }

  Folders folders() {
    return new Folders(realRoot);
  }

  /** The same as {@link Path#toUri}, which would ask the file system for each. */
  String uri(Target target) {
    return uri(uri, target.path());
  }

  /** A URI with a path at its end. */
  static String uri(String start, String end) {
    byte[] path = end.getBytes(StandardCharsets.UTF_8);
    var all = new StringBuilder(start.length() + path.length + 16).append(start);
    for (byte unit : path) {
      boolean plain =
          (unit >= 'a' && unit <= 'z')
              || (unit >= 'A' && unit <= 'Z')
              || (unit >= '0' && unit <= '9')
              || PATH_SIGNS.indexOf(unit) >= 0;
      if (plain) {
        all.append((char) unit);
      } else {
        all.append('%').append(HEX.toHexDigits(unit));
      }
    }
    return all.toString();
  }

  Path owners() {
    return realRoot.resolve(Target.RESERVED_FOLDER, "owners");
  }

  Path parts() {
    return realRoot.resolve(Target.RESERVED_FOLDER, "parts");
  }
}
