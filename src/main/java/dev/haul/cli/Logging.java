package dev.haul.cli;

import picocli.CommandLine.Option;

/**
 * How much is logged. There is one switch, the variable {@code HAUL_LOG_LEVEL}, which logback.xml
 * reads when the first logger is made; a property of the same name overrides it.
 */
final class Logging {
  static final String SWITCH = "HAUL_LOG_LEVEL";

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens, in detail, to standard error.")
  void verbose(boolean verbose) {
    if (verbose) {
      System.setProperty(SWITCH, "DEBUG");
    }
  }

  /** Sets the level of a command for which INFO, the default, is not the right one. */
  static void quiet() {
    if (System.getenv(SWITCH) == null && System.getProperty(SWITCH) == null) {
      System.setProperty(SWITCH, "WARN");
    }
  }

  static boolean isVerbose() {
    String level = System.getProperty(SWITCH, System.getenv().getOrDefault(SWITCH, "INFO"));
    return level.equalsIgnoreCase("DEBUG") || level.equalsIgnoreCase("TRACE");
  }
}
