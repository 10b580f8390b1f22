package dev.haul.policy;

import dev.haul.job.SizeText;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a host may be asked for, written {@code host=concurrent:4|requests:5/s|bytes:20MiB/s}. What
 * is 0 has no limit here.
 *
 * @param host a name or an address in lower case; {@code *.example.com} is every name below
 *     example.com, {@code *} every host; each host has its own share
 * @param concurrent transfers at once
 * @param requestsPerSecond requests
 * @param bytesPerSecond bytes of bodies
 */
public record Quota(String host, int concurrent, double requestsPerSecond, long bytesPerSecond) {
  private static final String RULE =
      "must be a host and its limits, such as files.example.com=concurrent:4|requests:5/s"
          + "|bytes:20MiB/s";
  private static final Pattern HOST =
      Pattern.compile("\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*)|\\[[0-9a-f:.]+]");
  private static final Pattern LIMIT =
      Pattern.compile(
          "(concurrent):([1-9][0-9]{0,4})|(requests):([1-9][0-9]{0,5})/([smh])|(bytes):(.+)/s");

  /**
   * @throws IllegalArgumentException naming the form that the text breaks
   */
  public static Quota parse(String text) {
    String[] sides = text.split("=", -1);
    String host = sides[0].strip().toLowerCase(Locale.ROOT);
    if (sides.length != 2 || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(RULE);
    }
    var quota = new Quota(host, 0, 0, 0);
    for (String limit : sides[1].split("\\|", -1)) {
      quota = quota.with(limit.strip());
    }
    return quota;
  }

  private Quota with(String limit) {
    Matcher matcher = LIMIT.matcher(limit);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(RULE);
    }
    if (matcher.group(1) != null) {
      int most = Integer.parseInt(matcher.group(2));
      return new Quota(host, most, requestsPerSecond, bytesPerSecond);
    }
    if (matcher.group(3) != null) {
      double requests = Integer.parseInt(matcher.group(4)) / seconds(matcher.group(5));
      return new Quota(host, concurrent, requests, bytesPerSecond);
    }
    return new Quota(host, concurrent, requestsPerSecond, bytes(matcher.group(7)));
  }

  private static double seconds(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      default -> 3600;
    };
  }

  private static long bytes(String text) {
    long bytes = SizeText.parse(text);
    if (bytes < 1) {
      throw new IllegalArgumentException(RULE);
    }
    return bytes;
  }

  /**
   * @param name of a host, in lower case
   */
  public boolean isFor(String name) {
    return host.equals("*")
        || (host.startsWith("*.") ? name.endsWith(host.substring(1)) : name.equals(host));
  }

  @Override
  public String toString() {
    var text = new StringBuilder(host);
    char mark = '=';
    if (concurrent > 0) {
      text.append(mark).append("concurrent:").append(concurrent);
      mark = '|';
    }
    if (requestsPerSecond > 0) {
      long perHour = Math.round(requestsPerSecond * 3600);
      long per = perHour % 3600 == 0 ? 3600 : perHour % 60 == 0 ? 60 : 1;
      String unit = per == 3600 ? "s" : per == 60 ? "m" : "h";
      text.append(mark).append("requests:").append(perHour / per).append('/').append(unit);
      mark = '|';
    }
    if (bytesPerSecond > 0) {
      text.append(mark).append("bytes:").append(SizeText.print(bytesPerSecond)).append("/s");
    }
    return text.toString();
  }
}
