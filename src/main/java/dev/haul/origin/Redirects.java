package dev.haul.origin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Where redirects lead. An empty parameter takes back what the options say. */
final class Redirects {
  private static final String HOP = "x-hop";

  private final Ports ports;

  Redirects(Ports ports) {
    this.ports = ports;
  }

  /** The Location for a request that has a redirect, from its URL or from the options. */
  String location(RequestHead request, Faults faults) {
    String to = faults.text(Parameter.REDIRECT).orElse("");
    Map<String, String> parameters = new LinkedHashMap<>(request.parameters());
    return switch (to) {
      case "loop" -> request.path() + query(parameters);
      case "endless" -> {
        parameters.merge(HOP, "1", String::concat);
        yield request.path() + query(parameters);
      }
      case "other" -> elsewhere("http", ports.other(), request, parameters);
      case "http" -> elsewhere("http", ports.http(), request, parameters);
      case "https" -> elsewhere("https", ports.https(), request, parameters);
      default -> {
        int left = to.matches("[0-9]{1,9}") ? Integer.parseInt(to) : -1;
        if (left < 0) {
          yield to;
        }
        parameters.put(Parameter.REDIRECT.key(), left > 1 ? String.valueOf(left - 1) : "");
        yield request.path() + query(parameters);
      }
    };
  }

  private static String elsewhere(
      String scheme, int port, RequestHead request, Map<String, String> parameters) {
    parameters.put(Parameter.REDIRECT.key(), "");
    return scheme + "://" + request.host() + ":" + port + request.path() + query(parameters);
  }

  private static String query(Map<String, String> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.entrySet().stream()
            .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.ISO_8859_1).replace("+", "%20");
  }
}
