package dev.haul.zoom.testing;

import dev.haul.zoom.testing.DoubleFile.Fault;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The API of the double, below {@code /v2}. Belongs to one thread. */
final class DoubleApi {
  private static final int LARGEST_PAGE = 300;

  /** Every so many requests show a fault, primes apart. */
  private static final int BUSY = 41;

  private static final int AWAY = 29;
  private static final int REVOKED = 97;

  private final DoubleAccount account;
  private final DoubleTokens tokens;
  private final DoubleCounts counts;
  private final boolean faults;
  private final DoubleLimits light;
  private final DoubleLimits medium;
  private final Map<String, Integer> pages = new HashMap<>();
  private final Set<String> expiredOnce = new HashSet<>();
  private final Set<String> listed = new HashSet<>();
  private int requests;
  private String url = "";

  DoubleApi(DoublePlan plan, DoubleAccount account, DoubleTokens tokens, DoubleCounts counts) {
    this.account = account;
    this.tokens = tokens;
    this.counts = counts;
    this.faults = plan.faults();
    this.light = new DoubleLimits(plan.lightPerSecond());
    this.medium = new DoubleLimits(plan.mediumPerSecond());
  }

  void listenAt(String url) {
    this.url = url;
  }

  DoubleLimits light() {
    return light;
  }

  DoubleLimits medium() {
    return medium;
  }

  void answer(HttpServerRequest request) {
    String[] path = String.valueOf(request.path()).substring("/v2/".length()).split("/", -1);
    boolean isList = path[0].equals("users");
    DoubleLimits limits = isList ? medium : light;
    String token = String.valueOf(DoubleTokens.bearer(request));
    counts.add(isList ? "medium" : "light");
    requests++;
    request
        .response()
        .putHeader("X-RateLimit-Category", isList ? "Medium" : "Light")
        .putHeader("X-RateLimit-Limit", "" + limits.perSecond());
    if (!limits.takes(System.nanoTime()) || (faults && requests % BUSY == 0)) {
      counts.add("429");
      request
          .response()
          .putHeader("X-RateLimit-Type", "QPS")
          .putHeader("X-RateLimit-Remaining", "0");
      DoubleAnswers.error(
          request,
          429,
          429,
          "You have reached the maximum per-second rate limit for this API. Try again later.");
      return;
    }
    request.response().putHeader("X-RateLimit-Remaining", "" + limits.left());
    if (faults && requests % AWAY == 0) {
      counts.add("502 and 503");
      DoubleAnswers.html(request, requests % 2 == 0 ? 502 : 503, "Bad gateway");
      return;
    }
    if (faults && requests % REVOKED == 0) {
      tokens.revoke(token);
    }
    if (!tokens.isGood(token)) {
      counts.add("401");
      DoubleAnswers.error(request, 401, 124, "Access token is expired.");
      return;
    }
    route(request, path);
  }

  private void route(HttpServerRequest request, String[] path) {
    if (path.length == 1 && path[0].equals("users")) {
      users(request);
    } else if (path.length == 3 && path[0].equals("users") && path[2].equals("recordings")) {
      recordings(request, decoded(path[1]));
    } else if (path.length == 3 && path[0].equals("meetings") && path[2].equals("recordings")) {
      meeting(request, path[1]);
    } else {
      DoubleAnswers.error(request, 404, 404, "No such endpoint.");
    }
  }

  private void users(HttpServerRequest request) {
    boolean active = !"inactive".equals(request.getParam("status"));
    List<DoubleUser> all =
        account.users().stream().filter(user -> user.active() == active).toList();
    page(
        request,
        "users",
        all,
        user -> new JsonObject().put("id", user.id()).put("email", user.email()));
  }

  private void recordings(HttpServerRequest request, String user) {
    LocalDate from;
    LocalDate to;
    try {
      from = LocalDate.parse(String.valueOf(request.getParam("from")));
      to = LocalDate.parse(String.valueOf(request.getParam("to")));
    } catch (DateTimeParseException e) {
      DoubleAnswers.error(request, 400, 300, "Validation Failed.");
      return;
    }
    if (account.users().stream().noneMatch(it -> isUser(it, user))) {
      DoubleAnswers.error(request, 404, 1001, "User does not exist.");
      return;
    }
    if (from.plusMonths(1).isBefore(to)) {
      counts.add("window too long");
      from = to.minusMonths(1);
    }
    boolean trash = "true".equals(request.getParam("trash"));
    LocalDate first = from;
    List<DoubleMeeting> found =
        account.meetings().values().stream()
            .filter(meeting -> isUser(meeting.host(), user) && account.isListed(meeting, trash))
            .filter(meeting -> {
              LocalDate day = meeting.start().atOffset(ZoneOffset.UTC).toLocalDate();
              return !day.isBefore(first) && !day.isAfter(to);
            })
            .sorted(Comparator.comparing(DoubleMeeting::start).reversed())
            .toList();
    page(request, "meetings", found, this::json);
  }

  private static boolean isUser(DoubleUser user, String name) {
    return user.id().equals(name) || user.email().equals(name);
  }

  private JsonObject json(DoubleMeeting meeting) {
    return DoubleJson.meeting(meeting, this::isProcessing, this::downloadUrl);
  }

  String downloadUrl(DoubleFile file) {
    return url + "/rec/download/" + file.id();
  }

  private boolean isProcessing(DoubleFile file) {
    return file.fault() == Fault.PROCESSING && listed.add(file.id());
  }

  private <T> void page(
      HttpServerRequest request, String field, List<T> all, Function<T, JsonObject> json) {
    String asked = request.getParam("page_size");
    int size = asked == null ? 30 : Math.clamp(Integer.parseInt(asked), 1, LARGEST_PAGE);
    String token = request.getParam("next_page_token");
    int start = 0;
    if (token != null && !token.isEmpty()) {
      String list = request.path() + request.getParam("from") + request.getParam("status");
      Integer known = pages.get(token);
      if (known == null || (faults && expiredOnce.add(list))) {
        counts.add("page token expired");
        DoubleAnswers.error(request, 400, 300, "The next page token is invalid or expired.");
        return;
      }
      counts.add("next page");
      start = known;
    }
    int end = Math.min(all.size(), start + size);
    String next = "";
    if (end < all.size()) {
      next = "page" + Integer.toHexString(pages.size()) + "x" + requests;
      pages.put(next, end);
    }
    var items = new JsonArray();
    all.subList(Math.min(start, end), end).forEach(item -> items.add(json.apply(item)));
    DoubleAnswers.json(
        request,
        200,
        new JsonObject()
            .put("page_count", (all.size() + size - 1) / size)
            .put("page_size", size)
            .put("total_records", all.size())
            .put("next_page_token", next)
            .put(field, items)
            .encode());
  }

  private void meeting(HttpServerRequest request, String encoded) {
    String once = decoded(encoded);
    DoubleMeeting meeting = account.meetings().get(once);
    boolean mustBeTwice = once.startsWith("/") || once.contains("//");
    if (meeting == null || mustBeTwice) {
      meeting = account.meetings().get(decoded(once));
    }
    boolean forGood = "delete".equals(request.getParam("action"));
    boolean deletes = request.method().equals(HttpMethod.DELETE);
    if (mustBeTwice
        || meeting == null
        || account.deleted().contains(meeting.uuid())
        || (account.trashed().contains(meeting.uuid()) && !(deletes && forGood))) {
      DoubleAnswers.error(request, 404, 3301, "There is no recording for this meeting.");
    } else if (deletes) {
      counts.add(forGood ? "deleted" : "trashed");
      (forGood ? account.deleted() : account.trashed()).add(meeting.uuid());
      DoubleAnswers.end(request, 204, "");
    } else if (request.method().equals(HttpMethod.GET)) {
      DoubleAnswers.json(request, 200, json(meeting).encode());
    } else {
      DoubleAnswers.error(request, 405, 405, "Method not allowed.");
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
