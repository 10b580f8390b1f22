package dev.haul.cli;

/** A progress bar as text. */
enum Bar {
  /** Eighths of a block, for terminals that speak Unicode. */
  BLOCKS {
    @Override
    String draw(double fraction, int width) {
      int eighths = (int) Math.floor(clamped(fraction) * width * 8);
      int full = eighths / 8;
      String part = full < width ? PARTS.substring(eighths % 8, eighths % 8 + 1) : "";
      return "█".repeat(full) + part + " ".repeat(Math.max(0, width - full - 1));
    }
  },
  /** Number signs, for all others. */
  SIGNS {
    @Override
    String draw(double fraction, int width) {
      int full = (int) Math.floor(clamped(fraction) * width);
      return "#".repeat(full) + ".".repeat(width - full);
    }
  };

  private static final String PARTS = " ▏▎▍▌▋▊▉";

  /**
   * Draws a bar of exactly {@code width} columns.
   *
   * @param fraction 0 to 1; what lies outside counts as the nearer end
   */
  abstract String draw(double fraction, int width);

  private static double clamped(double fraction) {
    return Math.clamp(fraction, 0, 1);
  }
}
