package dev.haul.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of text under headings, in columns as wide as their widest cell.
 *
 * @param headings one that starts with {@code >} stands, like its column, at the right
 */
record Table(List<String> headings, List<List<String>> rows) {
  private static final String GAP = "  ";

  Table {
    headings = List.copyOf(headings);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != headings.size()) {
        throw new IllegalArgumentException("a row needs a cell for each heading: " + row);
      }
    }
  }

  /** The lines of the table, none longer than {@code width}; the last column gives way first. */
  List<String> lines(int width) {
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = Columns.length(heading(column));
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], Columns.length(row.get(column)));
      }
    }
    var lines = new ArrayList<String>();
    lines.add(line(headings.stream().map(Table::title).toList(), widths, width));
    for (List<String> row : rows) {
      lines.add(line(row, widths, width));
    }
    return lines;
  }

  private String line(List<String> cells, int[] widths, int width) {
    var fitted = new ArrayList<String>();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      fitted.add(
          headings.get(column).startsWith(">")
              ? Columns.right(cell, widths[column])
              : Columns.left(cell, widths[column]));
    }
    return Columns.cutEnd(fitted.stream().collect(Collectors.joining(GAP)), width).stripTrailing();
  }

  private String heading(int column) {
    return title(headings.get(column));
  }

  private static String title(String heading) {
    return heading.startsWith(">") ? heading.substring(1) : heading;
  }
}
