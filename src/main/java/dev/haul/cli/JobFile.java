package dev.haul.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** Reads a text that lists jobs. Errors are collected, so that one run shows them all. */
final class JobFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String name;
  private final List<JobLine> lines = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  private JobFile(String name) {
    this.name = name;
  }

  /**
   * @param name of the file, for messages
   * @param format null to guess
   * @throws InvalidInput when a line cannot be read
   */
  static List<JobLine> read(String name, String text, @Nullable JobFormat format) {
    var file = new JobFile(name);
    String content = text.startsWith("\ufeff") ? text.substring(1) : text;
    String first = content.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    switch (format == null ? JobFormat.of(first.strip()) : format) {
      case URLS -> file.readUrls(content);
      case NDJSON -> file.readJson(content);
      case CSV -> file.readCsv(content);
      case METALINK -> file.readMetalink(content);
    }
    if (!file.errors.isEmpty()) {
      throw new InvalidInput(file.errors);
    }
    return file.lines;
  }

  private void readUrls(String text) {
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(i + 1, JSON.createObjectNode().put("url", line));
      }
    }
  }

  private void readJson(String text) {
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isBlank()) {
        continue;
      }
      try {
        JsonNode node = JSON.readTree(all.get(i));
        if (node instanceof ObjectNode fields) {
          add(i + 1, fields);
        } else {
          refuse(i + 1, "must be one JSON object");
        }
      } catch (JsonProcessingException e) {
        refuse(i + 1, "must be one JSON object: " + reason(e));
      }
    }
  }

  private void readCsv(String text) {
    CsvFactory csv =
        CsvFactory.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();
    try (JsonParser parser = csv.createParser(text)) {
      @Nullable CsvHeader header = null;
      parser.nextToken();
      while (parser.nextToken() == JsonToken.START_ARRAY) {
        int line = parser.currentLocation().getLineNr();
        List<String> cells = cells(parser);
        if (header == null) {
          header = header(line, cells);
        } else {
          addRow(line, header, cells);
        }
      }
    } catch (JsonProcessingException e) {
      JsonLocation where = e.getLocation();
      refuse(where == null ? 1 : where.getLineNr(), "is no CSV: " + reason(e));
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory cannot fail to be read", e);
    }
  }

  private void readMetalink(String text) {
    try {
      Metalink.read(text).forEach(entry -> add(entry.line(), entry.fields()));
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
      refuse(Math.max(1, line), "must be Metalink 4 (RFC 5854)");
    }
  }

  private static List<String> cells(JsonParser parser) throws IOException {
    var cells = new ArrayList<String>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      cells.add(parser.getText());
    }
    return cells;
  }

  private CsvHeader header(int line, List<String> names) {
    var unique = new HashSet<String>();
    for (String column : names) {
      if (!unique.add(column)) {
        refuse(line, "the column '" + column + "' is there twice");
      }
    }
    if (!unique.contains("url")) {
      refuse(line, "the header must name a column url");
    }
    return new CsvHeader(names);
  }

  private void addRow(int line, CsvHeader header, List<String> cells) {
    try {
      add(line, header.fields(cells, JSON.createObjectNode()));
    } catch (IllegalArgumentException e) {
      refuse(line, e.getMessage());
    }
  }

  private void add(int line, ObjectNode fields) {
    lines.add(new JobLine(name + ":" + line, fields));
  }

  private void refuse(int line, @Nullable String rule) {
    errors.add(name + ":" + line + ": " + rule);
  }

  /** Jackson's words without the excerpt, which may hold a secret of a URL. */
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }
}
