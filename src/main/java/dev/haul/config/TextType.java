package dev.haul.config;

import dev.haul.job.DurationText;
import dev.haul.job.SizeText;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A type whose values people type as text.
 *
 * @param name what the reference calls it
 * @param parse throws {@link IllegalArgumentException}, whose message is the rule, for other texts
 * @param print the inverse of {@code parse}
 */
record TextType(String name, Function<String, ?> parse, Function<Object, String> print) {
  private static final TextType TEXT = new TextType("text", text -> text, String::valueOf);
  private static final TextType NUMBER = new TextType("number", TextType::number, String::valueOf);
  private static final TextType SIZE =
      new TextType("size", SizeText::parse, size -> SizeText.print((Long) size));
  private static final TextType DURATION =
      new TextType(
          "duration", DurationText::parse, duration -> DurationText.print((Duration) duration));
  private static final TextType SWITCH =
      new TextType("true or false", TextType::truth, String::valueOf);
  private static final TextType PATH = new TextType("path", TextType::path, String::valueOf);

  /** The text form of a Java type; empty when it has none because it is made of parts. */
  static Optional<TextType> of(Class<?> type) {
    Class<?> boxed = MethodType.methodType(type).wrap().returnType();
    if (boxed == String.class) {
      return Optional.of(TEXT);
    } else if (boxed == Integer.class) {
      return Optional.of(NUMBER);
    } else if (boxed == Long.class) {
      return Optional.of(SIZE);
    } else if (boxed == Duration.class) {
      return Optional.of(DURATION);
    } else if (boxed == Boolean.class) {
      return Optional.of(SWITCH);
    } else if (Path.class.isAssignableFrom(boxed)) {
      return Optional.of(PATH);
    }
    return type.isEnum() ? Optional.of(words(type)) : parsed(type);
  }

  /** The constants of an enum, in lower case. */
  private static TextType words(Class<?> type) {
    var words = new LinkedHashMap<String, Object>();
    for (Object constant : type.getEnumConstants()) {
      words.put(word(constant), constant);
    }
    String choice = String.join(" or ", words.keySet());
    return new TextType(
        choice,
        text -> {
          Object constant = words.get(text.strip());
          if (constant == null) {
            throw new IllegalArgumentException("must be " + choice);
          }
          return constant;
        },
        TextType::word);
  }

  private static String word(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A type that reads itself with {@code static T parse(String)}; its inverse is toString. */
  private static Optional<TextType> parsed(Class<?> type) {
    try {
      Method parse = type.getMethod("parse", String.class);
      return Modifier.isStatic(parse.getModifiers()) && parse.getReturnType() == type
          ? Optional.of(
              new TextType(
                  type.getSimpleName().toLowerCase(Locale.ROOT),
                  text -> call(parse, text),
                  String::valueOf))
          : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  private static Object call(Method parse, String text) {
    try {
      return parse.invoke(null, text);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a whole number", e);
    }
  }

  private static boolean truth(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static Path path(String text) {
    try {
      if (!text.isBlank()) {
        return Path.of(text);
      }
      throw new IllegalArgumentException("must be a path");
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("must be a path", e);
    }
  }
}
