package dev.haul.store;

import dev.haul.job.Target;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where the files of a store are.
 *
 * @param root as configured, absolute: what users are told
 * @param realRoot without symbolic links: what is worked on
 */
record Locations(Path root, Path realRoot) {

  static Locations of(Path root) throws IOException {
    return new Locations(root.toAbsolutePath().normalize(), root.toRealPath());
  }

  Folders folders() {
    return new Folders(realRoot);
  }

  String uri(Target target) {
    return root.resolve(target.path()).toUri().toString();
  }

  Path parts() {
    return realRoot.resolve(Target.RESERVED_FOLDER, "parts");
  }
}
