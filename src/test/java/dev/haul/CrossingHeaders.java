package dev.haul;

import dev.haul.origin.Origin;
import dev.haul.origin.SeenRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Jobs with secrets that are led to another origin, and back. */
final class CrossingHeaders {
  /** Credentials that the worker's owner binds to the first origin. */
  static final String CREDENTIALS = "trial";

  private static final Map<String, String> CALLER =
      Map.of("Authorization", "caller", "Cookie", "caller", "X-Api-Key", "caller");

  private CrossingHeaders() {}

  static Map<String, String> settings() {
    return Map.of(
        "credentials." + CREDENTIALS + ".kind", "bearer",
        "credentials." + CREDENTIALS + ".secret-env", "TRIAL_SECRET",
        "credentials." + CREDENTIALS + ".origins", "http://" + TrialJob.PUBLIC);
  }

  static List<TrialJob> jobs() {
    return List.of(
        there("caller", "").withHeaders(CALLER),
        there("credential", "").withCredentials(CREDENTIALS),
        TrialJob.of(
                "crossing-mirror",
                "a mirror elsewhere",
                TrialJob.url("crossing-mirror", "&status=404"),
                TrialJob.COMPLETES,
                2)
            .withMirrors(List.of("http://" + TrialJob.OTHER + "/file/crossing-mirror"))
            .withCredentials(CREDENTIALS),
        TrialJob.of(
                "crossing-wrong",
                "credentials for another origin",
                TrialJob.url("crossing-wrong", "").replace(TrialJob.PUBLIC, TrialJob.OTHER),
                Set.of("credentials"),
                0)
            .withCredentials(CREDENTIALS),
        TrialJob.of(
            "crossing-cookie",
            "a cookie that a server sets",
            TrialJob.url("crossing-cookie", "&header=Set-Cookie%3Asid%3D1&status=503*1"),
            TrialJob.COMPLETES,
            2),
        TrialJob.of(
            "crossing-split",
            "a Location with a line break",
            TrialJob.url(
                "crossing-split",
                "&redirect=http%3A%2F%2F"
                    + TrialJob.OTHER
                    + "%2Ffile%2Fcrossing-split%0D%0AX-Injected%3A%201"),
            TrialJob.COMPLETES,
            2));
  }

  /** To the other origin and back to the first. */
  private static TrialJob there(String what, String query) {
    String id = "crossing-" + what;
    String back = "http://" + TrialJob.PUBLIC + "/file/" + id;
    String there = "http://" + TrialJob.OTHER + "/file/" + id + "?redirect=" + encoded(back);
    return TrialJob.of(
        id,
        "headers of a " + what,
        TrialJob.url(id, query + "&redirect=" + encoded(there)),
        TrialJob.COMPLETES,
        3);
  }

  private static String encoded(String url) {
    return java.net.URLEncoder.encode(url, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** What came that should not have, and what should have and did not. */
  static List<String> faults(Origin origin, String secret) {
    var faults = new ArrayList<String>();
    expect(
        faults,
        "caller",
        origin.requests("crossing-caller"),
        List.of(
            Set.of("authorization=caller", "cookie=caller", "x-api-key=caller"),
            Set.of(),
            Set.of()));
    String bearer = "authorization=Bearer " + secret;
    expect(
        faults,
        "credential",
        origin.requests("crossing-credential"),
        List.of(Set.of(bearer), Set.of(), Set.of(bearer)));
    expect(faults, "mirror", origin.requests("crossing-mirror"), List.of(Set.of(bearer), Set.of()));
    expect(faults, "cookie", origin.requests("crossing-cookie"), List.of(Set.of(), Set.of()));
    expect(faults, "split", origin.requests("crossing-split"), List.of(Set.of(), Set.of()));
    return faults;
  }

  private static void expect(
      List<String> faults, String what, List<SeenRequest> seen, List<Set<String>> wanted) {
    List<Set<String>> got = seen.stream().map(CrossingHeaders::secrets).toList();
    if (!got.equals(wanted)) {
      faults.add(what + ": " + got + " instead of " + wanted);
    }
  }

  private static Set<String> secrets(SeenRequest request) {
    var found = new TreeSet<String>();
    request
        .headers()
        .forEach((name, value) -> {
          if (Set.of("authorization", "cookie", "x-api-key", "x-injected").contains(name)) {
            found.add(name + "=" + value);
          }
        });
    return found;
  }
}
