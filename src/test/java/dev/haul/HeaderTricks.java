package dev.haul;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Headers that no job may set, and URLs that would smuggle some. */
final class HeaderTricks {
  private static final Set<String> BAD_JOB = Set.of("bad-job");

  private static final List<String> NAMES =
      List.of(
          "Host",
          "hOST",
          "Content-Length",
          "Transfer-Encoding",
          "Connection",
          "Keep-Alive",
          "Proxy-Connection",
          "Proxy-Authorization",
          "Upgrade",
          "TE",
          "Trailer",
          "Expect",
          "Range",
          "If-Range",
          "Accept-Encoding",
          "HTTP2-Settings",
          "",
          " ",
          "Host ",
          " Host",
          "X Y",
          "X:",
          ":authority",
          "X\r\nHost",
          "X\nY",
          "X\u0000",
          "Ünicode",
          "X\u00a0",
          "X\t",
          "(X)",
          "X".repeat(129));

  private static final List<String> VALUES =
      List.of(
          "a\r\nX-Injected: 1",
          "a\nX-Injected: 1",
          "a\rX-Injected: 1",
          "a\r\n folded",
          "a\n\tfolded",
          "a\r\n\r\nGET /file/smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
          "a\u0000b",
          "a\u0001b",
          "a\u007fb",
          "a\u2028b",
          "a\u560d\u560ab",
          "日本",
          "\ud83d\ude00",
          "\ud800",
          "x".repeat(4097));

  private static final List<String> URLS =
      List.of(
          "http://93.184.216.34/file/x\r\nX-Injected: 1",
          "http://93.184.216.34/file/x\nX-Injected: 1",
          "http://93.184.216.34/file/x HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n",
          "http://93.184.216.34\r\nHost: 10.0.0.1/",
          "http://93.184.216.34/file/x\u0000",
          "http://93.184.216.34/file/x\u0085");

  private HeaderTricks() {}

  static List<TrialJob> jobs() {
    var jobs = new ArrayList<TrialJob>();
    for (String name : NAMES) {
      jobs.add(refused("header-name-" + jobs.size(), shown(name), Map.of(name, "1")));
    }
    for (String value : VALUES) {
      jobs.add(refused("header-value-" + jobs.size(), shown(value), Map.of("X-Test", value)));
    }
    var many = new LinkedHashMap<String, String>();
    for (int i = 0; i < 65; i++) {
      many.put("X-" + i, "1");
    }
    jobs.add(refused("header-count", "65 headers", many));
    for (String url : URLS) {
      String id = "header-url-" + jobs.size();
      jobs.add(TrialJob.of(id, "url " + shown(url), url + "?" + TrialJob.SECRET, BAD_JOB, 0));
    }
    return jobs;
  }

  private static TrialJob refused(String id, String what, Map<String, String> headers) {
    return TrialJob.of(id, "header " + what, TrialJob.url(id, ""), BAD_JOB, 0).withHeaders(headers);
  }

  private static String shown(String text) {
    var shown = new StringBuilder();
    text.chars()
        .limit(40)
        .forEach(c -> shown.append(c < ' ' || c > '~' ? "\\u%04x".formatted(c) : (char) c));
    return shown.toString();
  }
}
