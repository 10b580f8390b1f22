package dev.haul.store;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tags of an object, made of a job's labels: S3 takes fewer characters than a label may have. */
final class S3Tags {
  private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]");
  private static final int MAX_NAME = 128;
  private static final int MAX_VALUE = 256;

  private S3Tags() {}

  /**
   * The tags as S3 takes them in a header; empty for none.
   *
   * @param names of the labels that become tags
   */
  static String of(List<String> names, Map<String, String> labels) {
    return names.stream()
        .filter(labels::containsKey)
        .map(name -> tag(name, MAX_NAME) + "=" + tag(labels.getOrDefault(name, ""), MAX_VALUE))
        .collect(Collectors.joining("&"));
  }

  private static String tag(String text, int most) {
    int count = text.codePointCount(0, text.length());
    String cut = count > most ? text.substring(0, text.offsetByCodePoints(0, most)) : text;
    return URLEncoder.encode(OTHER.matcher(cut).replaceAll("_"), StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}
