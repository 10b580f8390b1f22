package dev.haul.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lays given values over the tree of defaults, the strongest last, and makes records of it. Goes on
 * after a problem, so that people see them all at once.
 */
final class SettingsBinder {
  /** Keys whose values are not shown. */
  private static final Pattern SECRET =
      Pattern.compile(
          "kafka\\.properties\\..*(password|secret|jaas|token|credential|key).*",
          Pattern.CASE_INSENSITIVE);

  /** As much of a value as gives it away. */
  private static final int TELLING = 8;

  private final SettingsReference reference;
  private final ObjectNode tree;
  private final Map<String, Setting> given = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /** Sections that hold a wrong value already, so that their own rules would only add noise. */
  private final Set<String> broken = new HashSet<>();

  SettingsBinder(SettingsReference reference) {
    this.reference = reference;
    this.tree = reference.defaults().deepCopy();
  }

  /** The keys given so far. */
  Set<String> keys() {
    return given.keySet();
  }

  /** Takes the values of one source. */
  void apply(List<Setting> source) {
    var keys = new HashSet<String>();
    for (Setting setting : source) {
      if (keys.add(setting.key())) {
        apply(setting);
      } else {
        problems.add("%s is given twice (%s)".formatted(setting.key(), setting.source()));
      }
    }
  }

  void apply(Setting setting) {
    Optional<SettingKey> known = reference.find(setting.key());
    if (known.isEmpty()) {
      problems.add(unknown(setting));
      return;
    }
    SettingKey key = known.get();
    given.put(setting.key(), setting);
    JsonNode value = key.isList() ? list(setting.value()) : setting.value();
    try {
      if (!key.isList() && value.isArray()) {
        throw new IllegalArgumentException("must be one value");
      }
      Object _ = read(value, key.type());
      put(key.path(setting.key()), value);
    } catch (InvalidField e) {
      refuse(setting.key(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      refuse(setting.key(), refusal(setting, String.valueOf(e.getMessage())));
    }
  }

  /**
   * Makes the records.
   *
   * @throws ConfigurationException listing every problem so far, or those of the records
   */
  Settings bind() {
    var description = reference.mapper().getDeserializationConfig();
    JavaType root = reference.mapper().constructType(Settings.class);
    for (BeanPropertyDefinition section : description.introspect(root).findProperties()) {
      if (!broken.contains(section.getName())) {
        check(tree.path(section.getName()), section.getPrimaryType());
      }
    }
    Optional<Settings> settings =
        problems.isEmpty()
            ? make(tree, root, SettingKey.NAME).map(Settings.class::cast)
            : Optional.empty();
    return settings.orElseThrow(() -> new ConfigurationException(problems));
  }

  private void check(JsonNode section, JavaType type) {
    if (type.isMapLikeType()) {
      section.forEachEntry((name, entry) -> make(entry, type.getContentType(), name));
    } else {
      make(section, type, SettingKey.NAME);
    }
  }

  /**
   * Makes a record, or notes its problem.
   *
   * @param name of the entry that it is, which its own messages cannot know
   */
  private Optional<Object> make(JsonNode node, JavaType type, String name) {
    try {
      return Optional.of(read(node, type));
    } catch (InvalidField e) {
      refuse(
          e.field().replace(SettingKey.NAME, name),
          String.valueOf(e.getMessage()).replace(SettingKey.NAME, name));
      return Optional.empty();
    }
  }

  /**
   * Has Jackson read a value.
   *
   * @throws IllegalArgumentException as the type's text form or the record's constructor threw it
   */
  private Object read(JsonNode node, JavaType type) {
    try {
      return reference.mapper().treeToValue(node, type);
    } catch (JsonProcessingException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException refusal) {
          throw refusal;
        }
      }
      throw new IllegalStateException("the tree does not fit the records", e);
    }
  }

  /** A new entry of a family starts as a copy of the one that is there by default, if one is. */
  private void put(List<String> path, JsonNode value) {
    ObjectNode node = tree;
    JsonNode defaults = reference.defaults();
    for (String part : path.subList(0, path.size() - 1)) {
      defaults =
          defaults.has(part) || defaults.isEmpty()
              ? defaults.path(part)
              : defaults.iterator().next();
      if (!node.has(part)) {
        node.set(part, defaults.isMissingNode() ? node.objectNode() : defaults.deepCopy());
      }
      node = (ObjectNode) node.get(part);
    }
    node.set(path.getLast(), value);
  }

  private JsonNode list(JsonNode value) {
    if (value.isArray()) {
      return value;
    }
    ArrayNode list = reference.mapper().createArrayNode();
    for (String item : value.asText().split(",", -1)) {
      if (!value.asText().isBlank()) {
        list.add(item.strip());
      }
    }
    return list;
  }

  private void refuse(String key, String message) {
    broken.add(key.substring(0, (key + ".").indexOf('.')));
    Setting setting = given.get(key);
    if (setting == null) {
      problems.add(message);
    } else {
      String shown = reveals(message, setting) ? key + " has a value that is refused" : message;
      problems.add(shown + " (" + setting.source() + ")");
    }
  }

  private static boolean reveals(String message, Setting setting) {
    String value = setting.value().isTextual() ? setting.value().asText() : "";
    return SECRET.matcher(setting.key()).matches()
        && message.contains(value.substring(0, Math.min(value.length(), TELLING)));
  }

  private static String refusal(Setting setting, String rule) {
    JsonNode value = setting.value();
    return String.valueOf(
        new InvalidField(setting.key(), value.isTextual() ? value.asText() : value, rule)
            .getMessage());
  }

  private String unknown(Setting setting) {
    String key = setting.key();
    Optional<String> inside = reference.below(key);
    return inside.isPresent()
        ? "%s is a section (%s): give a key such as %s"
            .formatted(key, setting.source(), inside.get())
        : "%s is not a setting (%s)%s"
            .formatted(
                key,
                setting.source(),
                reference.nearest(key).map("; did you mean %s?"::formatted).orElse(""));
  }
}
