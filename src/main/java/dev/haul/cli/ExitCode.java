package dev.haul.cli;

/** What the commands end with. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
