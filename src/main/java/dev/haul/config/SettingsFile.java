package dev.haul.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** A file of settings, YAML or properties. Messages about it never quote its lines. */
final class SettingsFile {
  private final Path file;
  private final List<Setting> settings = new ArrayList<>();

  private SettingsFile(Path file) {
    this.file = file;
  }

  /**
   * @throws ConfigurationException when the file cannot be read as what its extension says
   */
  static List<Setting> read(Path file) {
    var reader = new SettingsFile(file);
    try {
      String text = Files.readString(file);
      String name = file.toString();
      if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        reader.readYaml(text);
      } else if (name.endsWith(".properties")) {
        reader.readProperties(text);
      } else {
        throw new ConfigurationException(file + " must end in .yaml, .yml or .properties");
      }
    } catch (JsonProcessingException e) {
      throw reader.broken(e.getLocation().getLineNr(), "is not YAML: " + withoutExcerpt(e));
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(file + " does not exist");
    } catch (AccessDeniedException e) {
      throw new ConfigurationException(file + " may not be read");
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(file + " is not UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(file + " cannot be read: " + e.getMessage());
    }
    return reader.settings;
  }

  private void readYaml(String text) throws IOException {
    var factory =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (YAMLParser parser = factory.createParser(text)) {
      if (parser.nextToken() == null) {
        return;
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw broken(line(parser), "must hold keys and values");
      }
      walk(parser, "");
      if (parser.nextToken() != null) {
        throw broken(line(parser), "must hold one document");
      }
    }
  }

  /** Takes the value at the parser; one without a value counts as not given. */
  private void walk(YAMLParser parser, String key) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        walk(parser, key.isEmpty() ? name : key + "." + name);
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      int line = line(parser);
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(text(parser, key));
      }
      settings.add(new Setting(key, list, source(line)));
    } else if (!isAbsent(parser)) {
      settings.add(Setting.of(key, text(parser, key), source(line(parser))));
    }
  }

  /** Nothing at all, {@code ~} or {@code null}; Jackson gives the first as an empty string. */
  private static boolean isAbsent(YAMLParser parser) {
    return parser.currentToken() == JsonToken.VALUE_NULL
        || parser.currentLocation().getCharOffset()
            == parser.currentTokenLocation().getCharOffset();
  }

  private String text(YAMLParser parser, String key) throws IOException {
    if (parser.isCurrentAlias()) {
      throw broken(line(parser), "must not hold aliases, as " + key + " does");
    }
    if (!parser.currentToken().isScalarValue()) {
      throw broken(line(parser), "must hold lists of plain values only, unlike " + key);
    }
    return parser.getText();
  }

  /** Reads one logical line at a time, for {@link Properties} does not tell where a key stood. */
  private void readProperties(String text) throws IOException {
    var logical = new StringBuilder();
    int start = 1;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (logical.isEmpty()) {
        start = number;
      }
      logical.append(line).append('\n');
      if (!continues(line) || isComment(logical)) {
        readProperty(logical.toString(), start);
        logical.setLength(0);
      }
    }
    readProperty(logical.toString(), start);
  }

  private void readProperty(String logicalLine, int line) throws IOException {
    var property = new Properties();
    try {
      property.load(new StringReader(logicalLine));
    } catch (IllegalArgumentException e) {
      throw broken(line, "is not a properties file: malformed \\u escape");
    }
    for (String key : property.stringPropertyNames()) {
      settings.add(Setting.of(key, property.getProperty(key), source(line)));
    }
  }

  private static boolean continues(String line) {
    return (line.length() - line.replaceAll("\\\\+$", "").length()) % 2 == 1;
  }

  private static boolean isComment(CharSequence line) {
    String text = line.toString().stripLeading();
    return text.startsWith("#") || text.startsWith("!");
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private String source(int line) {
    return file + " line " + line;
  }

  private ConfigurationException broken(int line, String problem) {
    return new ConfigurationException(source(line) + " " + problem);
  }

  /** The parser's message without the lines of the file that it quotes, which may hold secrets. */
  private static String withoutExcerpt(JsonProcessingException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }
}
