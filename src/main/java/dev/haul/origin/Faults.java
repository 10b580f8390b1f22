package dev.haul.origin;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Values of parameters. One may end with {@code *K}: then it holds for the first K requests of a
 * path only. An empty one holds for none, and takes back what others say.
 */
public final class Faults {
  public static final Faults NONE = new Faults(Map.of());

  /**
   * @param requests for how many it holds
   */
  private record Fault(Object value, int requests) {}

  private final Map<Parameter, Fault> faults;

  private Faults(Map<Parameter, Fault> faults) {
    this.faults = Map.copyOf(faults);
  }

  /**
   * Parses values by the keys of their parameters. Keys that begin with {@code x-} mean nothing to
   * the origin.
   *
   * @throws InvalidField naming the first key that is unknown or whose value breaks its rule
   */
  public static Faults parse(Map<String, String> values) {
    var faults = new EnumMap<Parameter, Fault>(Parameter.class);
    values.forEach((key, text) -> {
      if (!key.startsWith("x-") && !key.startsWith("X-")) {
        Parameter parameter =
            Parameter.of(key).orElseThrow(() -> new InvalidField(key, "must be one of " + known()));
        faults.put(parameter, fault(parameter, text));
      }
    });
    return new Faults(faults);
  }

  private static String known() {
    return Arrays.stream(Parameter.values()).map(Parameter::key).collect(Collectors.joining(", "));
  }

  private static Fault fault(Parameter parameter, String text) {
    if (text.isEmpty()) {
      return new Fault(text, 0);
    }
    int star = text.lastIndexOf('*');
    boolean isLimited = star >= 0 && text.substring(star + 1).matches("[0-9]{1,9}");
    String value = isLimited ? text.substring(0, star) : text;
    int requests = isLimited ? Integer.parseInt(text.substring(star + 1)) : Integer.MAX_VALUE;
    try {
      return new Fault(parameter.form().parse().apply(value), requests);
    } catch (IllegalArgumentException e) {
      throw new InvalidField(parameter.key(), text, String.valueOf(e.getMessage()));
    }
  }

  /** These, and for what they do not say those. */
  Faults over(Faults others) {
    var all = new EnumMap<Parameter, Fault>(Parameter.class);
    all.putAll(others.faults);
    all.putAll(faults);
    return new Faults(all);
  }

  /**
   * What holds for a request.
   *
   * @param number of the request among those of its path, from 1
   */
  Faults at(int number) {
    var left = new EnumMap<Parameter, Fault>(Parameter.class);
    faults.forEach((parameter, fault) -> {
      if (number <= fault.requests()) {
        left.put(parameter, fault);
      }
    });
    return new Faults(left);
  }

  boolean has(Parameter parameter) {
    return faults.containsKey(parameter);
  }

  /** Whether a switch is on. */
  boolean on(Parameter parameter) {
    return text(parameter).filter("true"::equals).isPresent();
  }

  Optional<String> text(Parameter parameter) {
    return value(parameter, String.class);
  }

  boolean is(Parameter parameter, String word) {
    return text(parameter).filter(word::equals).isPresent();
  }

  OptionalLong bytes(Parameter parameter) {
    return value(parameter, Long.class).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  OptionalInt count(Parameter parameter) {
    return value(parameter, Integer.class).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  Duration duration(Parameter parameter) {
    return value(parameter, Duration.class).orElse(Duration.ZERO);
  }

  <T> Optional<T> value(Parameter parameter, Class<T> type) {
    return Optional.ofNullable(faults.get(parameter))
        .map(Fault::value)
        .filter(type::isInstance)
        .map(type::cast);
  }
}
