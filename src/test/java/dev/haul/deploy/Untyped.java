package dev.haul.deploy;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks through a Kubernetes object for fields that its model does not know. */
final class Untyped {
  private static final String MODEL = "io.fabric8.kubernetes.api.model";

  private Untyped() {}

  /** The path of the first; empty when there is none. */
  static String in(Object value, String path) {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        String found = in(list.get(i), path + "[" + i + "]");
        if (!found.isEmpty()) {
          return found;
        }
      }
    } else if (value != null && value.getClass().getName().startsWith(MODEL)) {
      for (Method method : value.getClass().getMethods()) {
        if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
          String found = in(method, value, path);
          if (!found.isEmpty()) {
            return found;
          }
        }
      }
    }
    return "";
  }

  private static String in(Method getter, Object value, String path) {
    try {
      Object field = getter.invoke(value);
      if (getter.getName().equals("getAdditionalProperties")) {
        return field instanceof Map<?, ?> unknown && !unknown.isEmpty()
            ? path + "." + unknown.keySet().iterator().next()
            : "";
      }
      return in(field, path + "." + getter.getName().substring(3).toLowerCase(Locale.ROOT));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(getter.toString(), e);
    }
  }
}
