package dev.haul.config;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Every key with its type and default, read off the records.
 *
 * @param defaults as a tree of texts
 */
record SettingsReference(JsonMapper mapper, ObjectNode defaults, List<SettingKey> keys) {

  static SettingsReference of(Settings defaults) {
    JsonMapper mapper = SettingsMapper.create();
    ObjectNode tree = mapper.valueToTree(defaults);
    var keys = new ArrayList<SettingKey>();
    collect(mapper, List.of(), mapper.constructType(Settings.class), tree, keys);
    return new SettingsReference(mapper, tree, List.copyOf(keys));
  }

  private static void collect(
      JsonMapper mapper,
      List<String> path,
      JavaType type,
      JsonNode defaults,
      List<SettingKey> keys) {
    if (type.isMapLikeType()) {
      JsonNode entry = defaults.isEmpty() ? defaults : defaults.iterator().next();
      collect(mapper, with(path, SettingKey.NAME), type.getContentType(), entry, keys);
    } else if (type.isCollectionLikeType() || TextType.of(type.getRawClass()).isPresent()) {
      keys.add(SettingKey.of(path, type, text(defaults)));
    } else {
      for (BeanPropertyDefinition part :
          mapper.getDeserializationConfig().introspect(type).findProperties()) {
        String name = part.getName();
        collect(mapper, with(path, name), part.getPrimaryType(), defaults.path(name), keys);
      }
    }
  }

  private static List<String> with(List<String> path, String part) {
    return Stream.concat(path.stream(), Stream.of(part)).toList();
  }

  private static String text(JsonNode leaf) {
    return leaf instanceof ArrayNode list
        ? StreamSupport.stream(list.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","))
        : leaf.isTextual() ? leaf.asText() : "";
  }

  Optional<SettingKey> find(String key) {
    return keys.stream().filter(known -> known.matches(key)).findFirst();
  }

  /**
   * The known key that a mistyped key or environment variable most likely means, spelled the same
   * way; empty when it is like none.
   */
  Optional<String> nearest(String mistyped) {
    boolean isVariable = mistyped.startsWith(EnvironmentVariables.PREFIX);
    String wanted = isVariable ? mistyped : SettingKey.variable(mistyped);
    int bound = Math.max(2, mistyped.length() / 3);
    return keys.stream()
        .map(key -> key.like(mistyped))
        .filter(key -> distance(SettingKey.variable(key), wanted) <= bound)
        .min(Comparator.comparingInt(key -> distance(SettingKey.variable(key), wanted)))
        .map(key -> isVariable ? SettingKey.variable(key) : key);
  }

  /** A key that begins with the given one, which is therefore no key but a section. */
  Optional<String> below(String section) {
    return keys.stream().map(SettingKey::name).filter(k -> k.startsWith(section + ".")).findFirst();
  }

  /** The Levenshtein distance of two variables; 0 when the first parts were left out. */
  private static int distance(String variable, String mistyped) {
    String last = mistyped.substring(EnvironmentVariables.PREFIX.length() - 1);
    if (variable.endsWith(last)) {
      return 0;
    }
    int[] row = new int[mistyped.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= variable.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (variable.charAt(i - 1) == mistyped.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[mistyped.length()];
  }
}
