package dev.haul.cli;

import ch.qos.logback.classic.LoggerContext;
import java.io.PrintWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/**
 * How much is logged, and in which form. There are two switches, the variables {@code
 * HAUL_LOG_LEVEL} and {@code HAUL_LOG_FORMAT}, which logback.xml reads when the first logger is
 * made; properties of the same names override them.
 */
final class Logging {
  static final String SWITCH = "HAUL_LOG_LEVEL";
  private static final String FORMAT = "HAUL_LOG_FORMAT";
  private static final String TEXT = "text";
  private static final String JSON = "json";

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

  /** What is wrong with the format that was asked for, null when nothing is. */
  static @Nullable String fault() {
    return Set.of(TEXT, JSON).contains(format())
        ? null
        : FORMAT + " must be text or json but was '" + format() + "'";
  }

  static boolean isJson() {
    return format().equals(JSON);
  }

  private static String format() {
    return System.getProperty(FORMAT, System.getenv().getOrDefault(FORMAT, TEXT));
  }

  /** Has every line of JSON name the worker. */
  static void name(String worker) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.putProperty("worker", worker);
    }
  }

  /** Tells people, or as a line of the log whatever reads it. */
  static void warn(PrintWriter err, String message) {
    if (isJson()) {
      LoggerFactory.getLogger(Logging.class).warn(message);
    } else {
      err.println("haul: " + message);
      err.flush();
    }
  }
}
