package dev.haul.config;

import com.fasterxml.jackson.databind.JavaType;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A key that may be set, or a family of keys when a part of it is {@link #NAME}.
 *
 * @param path the parts of the key
 * @param type of its values, for Jackson
 * @param byDefault the text of its default, lists joined by commas; empty for none
 * @param shape matches the keys of this family
 */
record SettingKey(List<String> path, JavaType type, String byDefault, Pattern shape) {
  /** Stands for a name that people choose. As the last part it may hold dots. */
  static final String NAME = "<name>";

  static SettingKey of(List<String> path, JavaType type, String byDefault) {
    String shape =
        path.stream()
            .map(part -> part.equals(NAME) ? "([^.]+)" : Pattern.quote(part))
            .collect(Collectors.joining("\\."));
    if (path.getLast().equals(NAME)) {
      shape = shape.replace("[^.]+", ".+");
    }
    return new SettingKey(List.copyOf(path), type, byDefault, Pattern.compile(shape));
  }

  String name() {
    return String.join(".", path);
  }

  /** The environment variable of a key. */
  static String variable(String key) {
    return EnvironmentVariables.PREFIX
        + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  boolean matches(String key) {
    return shape.matcher(key).matches();
  }

  boolean isFamily() {
    return path.contains(NAME);
  }

  /** The path with the name that a key of this family has. */
  List<String> path(String key) {
    Matcher matcher = shape.matcher(key);
    return matcher.matches() && isFamily()
        ? path.stream().map(part -> part.equals(NAME) ? matcher.group(1) : part).toList()
        : path;
  }

  /** The key of this family that takes its name from where a mistyped key has one. */
  String like(String mistyped) {
    String[] parts = mistyped.split("\\.", path.size());
    int place = path.indexOf(NAME);
    return place >= 0 && place < parts.length ? name().replace(NAME, parts[place]) : name();
  }

  boolean isList() {
    return type.isCollectionLikeType();
  }

  /** What the reference calls the type. */
  String typeName() {
    Class<?> raw = isList() ? type.getContentType().getRawClass() : type.getRawClass();
    String name = TextType.of(raw).orElseThrow().name();
    return isList() ? "list of " + name : name;
  }
}
