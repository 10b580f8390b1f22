package dev.haul.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * What the launcher's terminal can show.
 *
 * @param interactive whether somebody watches; without a terminal there are no bars
 */
record Terminal(PrintStream out, boolean interactive, int width, int height) {
  private static final int DEFAULT_WIDTH = 80;
  private static final int DEFAULT_HEIGHT = 24;

  /** Standard output. */
  static Terminal standardOutput() {
    return of(System.out, Boolean.getBoolean("haul.terminal.out"));
  }

  /** Standard error. */
  static Terminal standardError() {
    return of(System.err, Boolean.getBoolean("haul.terminal.err"));
  }

  private static Terminal of(PrintStream stream, boolean interactive) {
    return new Terminal(stream, interactive, DEFAULT_WIDTH, DEFAULT_HEIGHT).measured();
  }

  /** Bars where somebody watches, lines elsewhere. */
  View view(Board board, InstantSource clock) {
    return interactive ? new BarView(board, this, clock) : new LineView(out);
  }

  Picture picture() {
    Charset charset = out.charset();
    boolean blocks = charset.newEncoder().canEncode('█');
    return new Picture(width, height, blocks ? Bar.BLOCKS : Bar.SIGNS);
  }

  /** The same terminal with the size it has now, asked of stty, which every Unix has. */
  Terminal measured() {
    if (!interactive) {
      return this;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream answer = stty.getInputStream()) {
        String[] size =
            new String(answer.readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ", -1);
        return size.length == 2
            ? new Terminal(out, true, Integer.parseInt(size[1]), Integer.parseInt(size[0]))
            : this;
      }
    } catch (IOException | NumberFormatException e) {
      return this;
    }
  }
}
