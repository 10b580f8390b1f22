package dev.haul.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * The end of a terminal, where lines that stay pile up above lines that are drawn again and again.
 * Lines must not be wider than the terminal.
 */
final class Screen implements AutoCloseable {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_TO_END = "\u001b[J";

  private final PrintStream out;
  private final Thread onInterrupt = new Thread(this::showCursor, "haul-cursor");
  private int liveLines;

  Screen(PrintStream out) {
    this.out = out;
    out.print(HIDE_CURSOR);
    Runtime.getRuntime().addShutdownHook(onInterrupt);
  }

  /** Adds lines that stay and puts others in the place of the live ones. */
  void draw(List<String> staying, List<String> live) {
    var text = new StringBuilder();
    if (liveLines > 0) {
      text.append("\u001b[").append(liveLines).append('A');
    }
    text.append('\r').append(CLEAR_TO_END);
    staying.forEach(line -> text.append(line).append('\n'));
    live.forEach(line -> text.append(line).append('\n'));
    liveLines = live.size();
    out.print(text);
    out.flush();
  }

  private void showCursor() {
    out.print(SHOW_CURSOR);
    out.flush();
  }

  /** Leaves the live lines as they are. */
  @Override
  public void close() {
    showCursor();
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
  }
}
