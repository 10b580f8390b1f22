package dev.haul.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines over the seconds of a simulation, as SVG.
 *
 * @param top the highest value shown
 */
record Plot(String title, String unit, double top, List<Line> lines) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 220;
  private static final int LEFT = 40;
  private static final int UPPER = 40;

  /** One value for each second. */
  record Line(String name, String colour, List<Double> values) {}

  Plot(String title, String unit, double top) {
    this(title, unit, top, List.of());
  }

  Plot with(Line line) {
    var more = new ArrayList<>(lines);
    more.add(line);
    return new Plot(title, unit, top, List.copyOf(more));
  }

  String svg() {
    int seconds = lines.getFirst().values().size();
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#fff"/>
        <text x="%d" y="16" font-size="14">%s</text>
        <text x="%d" y="32" fill="#666">%s</text>
        """
            .formatted(LEFT + WIDTH + 20, UPPER + HEIGHT + 50, LEFT, title, LEFT, unit));
    for (int i = 0; i <= 4; i++) {
      double y = UPPER + HEIGHT * (1 - i / 4.0);
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%d %.1fh%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" fill=\"#666\""
                  + " text-anchor=\"end\">%.0f</text>%n",
              LEFT,
              y,
              WIDTH,
              LEFT - 4,
              y + 4,
              top * i / 4));
    }
    for (int i = 0; i <= 6; i++) {
      svg.append(
          "<text x=\"%d\" y=\"%d\" fill=\"#666\" text-anchor=\"middle\">%d s</text>%n"
              .formatted(LEFT + WIDTH * i / 6, UPPER + HEIGHT + 16, seconds * i / 6));
    }
    int x = LEFT;
    for (Line line : lines) {
      svg.append(
          "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n"
              .formatted(path(line, seconds), line.colour()));
      svg.append(
          "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n"
              .formatted(x, UPPER + HEIGHT + 40, line.colour(), line.name()));
      x += 20 + 8 * line.name().length();
    }
    return svg.append("</svg>\n").toString();
  }

  /** Where a value is not finite the line breaks off. */
  private String path(Line line, int seconds) {
    var path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < seconds; i++) {
      double value = line.values().get(i);
      if (Double.isFinite(value)) {
        double y = UPPER + HEIGHT * (1 - Math.min(value, top) / top);
        path.append(
            String.format(
                Locale.ROOT,
                "%s%.1f %.1f",
                pen ? "L" : "M",
                LEFT + (double) WIDTH * (i + 0.5) / seconds,
                y));
      }
      pen = Double.isFinite(value);
    }
    return path.toString();
  }
}
