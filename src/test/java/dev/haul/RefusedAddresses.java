package dev.haul;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Hosts that no job may reach, each named directly, by a redirect and by a mirror. */
final class RefusedAddresses {
  private static final String FORBIDDEN = "forbidden-address";
  private static final String BAD_JOB = "bad-job";

  /** Addresses as they are, which a socket in the namespace would reach if it were let. */
  static final List<String> PLAIN =
      List.of(
          "0.0.0.0",
          "0.1.2.3",
          "10.0.0.1",
          "10.255.255.255",
          "100.64.0.1",
          "100.100.100.200",
          "100.127.255.255",
          "127.0.0.1",
          "127.255.255.254",
          "168.63.129.16",
          "169.254.1.1",
          "169.254.169.254",
          "169.254.170.2",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.192",
          "192.0.2.1",
          "192.88.99.1",
          "192.168.1.1",
          "198.18.0.1",
          "198.51.100.1",
          "203.0.113.1",
          "240.0.0.1",
          "[::]",
          "[::1]",
          "[::10.0.0.1]",
          "[::ffff:10.0.0.1]",
          "[::ffff:a00:1]",
          "[0:0:0:0:0:ffff:7f00:1]",
          "[::ffff:0:10.0.0.1]",
          "[64:ff9b::10.0.0.1]",
          "[64:ff9b::808:808]",
          "[64:ff9b:1::10.0.0.1]",
          "[100::1]",
          "[2001:0:808:808::80ff:fffe]",
          "[2001:2::1]",
          "[2001:db8::1]",
          "[2002:a00:1::1]",
          "[3fff::1]",
          "[4000::1]",
          "[5f00::1]",
          "[fc00::1]",
          "[fd00::1]",
          "[fd00:ec2::254]",
          "[fec0::1]");

  /** To these no TCP connection can be made at all. */
  private static final List<String> UNREACHABLE =
      List.of("224.0.0.1", "239.255.255.255", "255.255.255.255", "[fe80::1]", "[ff02::1]");

  /** Forms that some programs read as an address. */
  private static final List<String> ODD =
      List.of(
          "167772161",
          "0x0a000001",
          "0X0A.0.0.1",
          "01200000001",
          "012.0.0.1",
          "10.0.0.01",
          "10.0.0.0x1",
          "10.1",
          "10.0.1",
          "10.0.0.1.",
          "2130706433",
          "127.1",
          "0177.1",
          "4294967297",
          "0",
          "10.0.0.1.0",
          "１０.０.０.１",
          "①⓪.⓪.⓪.①",
          "10。0。0。1",
          "１２７．０．０．１",
          "ｌｏｃａｌｈｏｓｔ",
          "localhost",
          "LocalHost.",
          "private.example",
          "PRIVATE.example.",
          "ｐｒｉｖａｔｅ.example",
          "mixed.example",
          "six.example",
          "mapped.example",
          "nat64.example",
          "metadata.google.internal",
          TrialJob.PUBLIC + ":22",
          TrialJob.PUBLIC + ":8080",
          TrialJob.PUBLIC + ":444");

  /** What is no host at all, however it is read. */
  private static final List<String> NO_HOST =
      List.of(
          "public@10.0.0.1",
          "public:pass@10.0.0.1",
          "10.0.0.1@" + TrialJob.PUBLIC,
          TrialJob.PUBLIC + "@10.0.0.1",
          TrialJob.PUBLIC + "%40@10.0.0.1",
          TrialJob.PUBLIC + "\\@10.0.0.1",
          "10.0.0.1\\@" + TrialJob.PUBLIC,
          "10.0.0.1\\." + TrialJob.PUBLIC,
          "%31%30.0.0.1",
          "10.0.0.1%00." + TrialJob.PUBLIC,
          "10.0.0.1%2f" + TrialJob.PUBLIC,
          "10.0.0.1 ",
          "[::ffff:10.0.0.1%25lo]",
          "[fe80::1%lo]",
          "[10.0.0.1]",
          "[::1",
          TrialJob.PUBLIC + ":0",
          TrialJob.PUBLIC + ":65616",
          TrialJob.PUBLIC + ":-80",
          TrialJob.PUBLIC + ":80:80",
          "",
          "/10.0.0.1",
          "10.0.0.1℀.example");

  /** Locations that are relative, or look so: some lead to a file of the same origin. */
  private static final List<String> LOCATIONS =
      List.of(
          "//10.0.0.1/x",
          "///10.0.0.1/x",
          "/\\10.0.0.1/x",
          "\\\\10.0.0.1\\x",
          "http:/10.0.0.1/x",
          "http:10.0.0.1/x",
          "http:\\\\10.0.0.1\\x",
          "HTTP://10.0.0.1/x",
          " http://10.0.0.1/x",
          "\thttp://10.0.0.1/x",
          "http://10.0.0.1#@" + TrialJob.PUBLIC + "/",
          "http://10.0.0.1?@" + TrialJob.PUBLIC + "/",
          "https://10.0.0.1/x",
          "ftp://10.0.0.1/x",
          "file:///etc/passwd",
          "jar:http://10.0.0.1!/x",
          "data:text/plain,x",
          "javascript:0");

  private static final Set<String> ELSEWHERE =
      Set.of(FORBIDDEN, "redirect", "http-status", "completed");

  private RefusedAddresses() {}

  static List<TrialJob> jobs() {
    var jobs = new ArrayList<TrialJob>();
    List<String> hosts = new ArrayList<>(PLAIN);
    hosts.addAll(UNREACHABLE);
    hosts.addAll(ODD);
    for (String host : hosts) {
      boolean isAscii = host.chars().allMatch(c -> c < 0x80);
      Set<String> redirected = isAscii ? Set.of(FORBIDDEN) : Set.of(FORBIDDEN, "redirect");
      add(jobs, "direct", host, url(host), Set.of(FORBIDDEN), redirected);
    }
    for (String host : NO_HOST) {
      add(jobs, "direct", host, url(host), Set.of(BAD_JOB), Set.of("redirect"));
    }
    for (String host : List.of("10.0.0.1", "169.254.169.254", "[::1]", "2130706433")) {
      String url = url(host).replace("http:", "https:");
      add(jobs, "https", host, url, Set.of(FORBIDDEN), Set.of(FORBIDDEN));
    }
    for (String location : LOCATIONS) {
      jobs.add(redirect("location-" + jobs.size(), location, ELSEWHERE));
    }
    return jobs;
  }

  private static String url(String host) {
    return "http://" + host + "/file/x?x-token=" + TrialJob.SECRET;
  }

  private static void add(
      List<TrialJob> jobs,
      String how,
      String host,
      String url,
      Set<String> direct,
      Set<String> redirected) {
    int number = jobs.size();
    jobs.add(TrialJob.of(how + "-" + number, how + " " + host, url, direct, 0));
    jobs.add(redirect("redirect-" + number, url, redirected));
    Set<String> mirrored = direct.contains(BAD_JOB) ? direct : Set.of(FORBIDDEN, "http-status");
    int arrivals = direct.contains(BAD_JOB) ? 0 : 1;
    String id = "mirror-" + number;
    jobs.add(
        TrialJob.of(id, "mirror " + host, TrialJob.url(id, "&status=404"), mirrored, arrivals)
            .withMirrors(List.of(url)));
  }

  private static TrialJob redirect(String id, String to, Set<String> codes) {
    String query = "&redirect=" + URLEncoder.encode(to, StandardCharsets.UTF_8).replace("+", "%20");
    return TrialJob.of(id, "redirect to " + to, TrialJob.url(id, query), codes, 1);
  }
}
