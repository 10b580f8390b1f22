package dev.haul.cli;

/**
 * A file of the demo's origin.
 *
 * @param bytesPerSecond how fast the origin hands it out
 * @param refusals how often the origin answers 503 first
 */
record DemoFile(String path, long size, long bytesPerSecond, int refusals) {

  /** Its name with what the origin must know. */
  String request() {
    String plain = "%s?size=%d&rate=%d".formatted(path, size, bytesPerSecond);
    return refusals == 0 ? plain : plain + "&status=503*" + refusals;
  }
}
