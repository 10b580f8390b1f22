package dev.haul.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The media types that a host's files have, written {@code host=type|type}.
 *
 * @param host a name or an address in lower case; {@code *.example.com} is every name below
 *     example.com
 */
public record Expectation(String host, List<Media> media) {
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*)|\\[[0-9a-f:.]+]");

  public Expectation {
    media = List.copyOf(media);
  }

  /**
   * @throws IllegalArgumentException naming the form that the text breaks
   */
  public static Expectation parse(String text) {
    String[] sides = text.split("=", -1);
    String host = sides[0].strip().toLowerCase(Locale.ROOT);
    if (sides.length != 2 || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "must be a host and its media types, such as *.example.com=video/*|audio/*");
    }
    return new Expectation(
        host, Arrays.stream(sides[1].split("\\|", -1)).map(Media::parse).toList());
  }

  /**
   * @param name of a host, in lower case
   */
  public boolean isFor(String name) {
    return host.startsWith("*.") ? name.endsWith(host.substring(1)) : name.equals(host);
  }

  @Override
  public String toString() {
    return host + "=" + media.stream().map(Media::toString).collect(Collectors.joining("|"));
  }
}
