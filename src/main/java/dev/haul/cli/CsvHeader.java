package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.InvalidField;
import java.util.List;

/** The columns of a CSV file: fields of a job, {@code labels.x} and {@code headers.x}. */
record CsvHeader(List<String> columns) {
  CsvHeader {
    columns = List.copyOf(columns);
  }

  /**
   * Puts the cells of a row into a job; empty ones are absent.
   *
   * @throws InvalidField when a cell is no number where one must be
   * @throws IllegalArgumentException when there are more cells than columns
   */
  ObjectNode fields(List<String> cells, ObjectNode job) {
    if (cells.size() > columns.size()) {
      throw new IllegalArgumentException(
          "has %d cells for %d columns".formatted(cells.size(), columns.size()));
    }
    for (int i = 0; i < cells.size(); i++) {
      if (!cells.get(i).isEmpty()) {
        put(job, columns.get(i), cells.get(i));
      }
    }
    return job;
  }

  private static void put(ObjectNode job, String column, String cell) {
    switch (column) {
      case "size", "priority", "maxAttempts" -> job.put(column, wholeNumber(column, cell));
      case "mirrors" -> {
        for (String mirror : cell.split("\\s+", -1)) {
          job.withArrayProperty("mirrors").add(mirror);
        }
      }
      default -> {
        int dot = column.indexOf('.');
        String map = dot < 0 ? "" : column.substring(0, dot);
        if (map.equals("labels") || map.equals("headers")) {
          job.withObjectProperty(map).put(column.substring(dot + 1), cell);
        } else {
          job.put(column, cell);
        }
      }
    }
  }

  private static long wholeNumber(String column, String cell) {
    try {
      return Long.parseLong(cell);
    } catch (NumberFormatException e) {
      throw new InvalidField(column, cell, "must be a whole number");
    }
  }
}
