package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.WebClient;
import java.net.URLEncoder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What Haul asks of Zoom. Methods block and throw {@link ZoomRefused}; for any thread that may. */
public final class ZoomApi {
  private static final int PAGE_SIZE = 300;

  /** Tokens of pages live 15 minutes: a window that takes longer than this many is too slow. */
  private static final int RESTARTS = 5;

  private static final int BAD_PAGE_TOKEN = 300;

  private final ZoomHttp http;

  ZoomApi(ZoomHttp http) {
    this.http = http;
  }

  /** Opens the account that the settings name. */
  public static ZoomApi of(
      Vertx vertx,
      ZoomSettings settings,
      ZoomTokens tokens,
      InstantSource clock,
      RandomGenerator random) {
    return new ZoomApi(new ZoomHttp(WebClient.create(vertx), settings, tokens, clock, random));
  }

  /** Requests sent so far. */
  public long requests() {
    return http.requests();
  }

  /** Those of them that had to be sent again. */
  public long repeated() {
    return http.repeated();
  }

  /** A user of the account. */
  public record User(String id, String email) {}

  /** All users, those that are deactivated included: their recordings are still there. */
  public List<User> users() {
    Map<String, User> users = new LinkedHashMap<>();
    for (String status : List.of("active", "inactive")) {
      pages(
          "/users?status=" + status + "&page_size=" + PAGE_SIZE,
          page ->
              page.path("users")
                  .forEach(user -> {
                    String id = user.path("id").asText("");
                    users.put(id, new User(id, user.path("email").asText(id)));
                  }));
    }
    return List.copyOf(users.values());
  }

  /**
   * The recordings of a user in a window.
   *
   * @param user id, address or {@code me}
   * @param trash those in the trash instead
   */
  List<Meeting> recordings(String user, DateWindow window, boolean trash) {
    Map<String, Meeting> meetings = new LinkedHashMap<>();
    pages(
        "/users/%s/recordings?from=%s&to=%s&page_size=%d%s"
            .formatted(
                encoded(user),
                window.from(),
                window.to(),
                PAGE_SIZE,
                trash ? "&trash=true&trash_type=meeting_recordings" : ""),
        page ->
            page.path("meetings")
                .forEach(json -> {
                  Meeting meeting = ZoomJson.meeting(json);
                  meetings.put(meeting.uuid(), meeting);
                }));
    return List.copyOf(meetings.values());
  }

  /** All that a meeting has now; empty when it has no recording, or none outside the trash. */
  Optional<Meeting> meeting(String uuid) {
    try {
      return Optional.of(
          ZoomJson.meeting(http.ask(HttpMethod.GET, RequestClass.LIGHT, recordingsOf(uuid))));
    } catch (ZoomRefused e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Takes all recordings of a meeting away.
   *
   * @param forGood not to the trash
   * @return whether there were any
   */
  boolean remove(String uuid, boolean forGood) {
    try {
      http.ask(
          HttpMethod.DELETE,
          RequestClass.LIGHT,
          recordingsOf(uuid) + "?action=" + (forGood ? "delete" : "trash"));
      return true;
    } catch (ZoomRefused e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  private static String recordingsOf(String uuid) {
    return "/meetings/" + encodedUuid(uuid) + "/recordings";
  }

  /** Zoom wants UUIDs that begin with a slash or hold two in a row encoded twice. */
  static String encodedUuid(String uuid) {
    String once = encoded(uuid);
    return uuid.startsWith("/") || uuid.contains("//") ? encoded(once) : once;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /**
   * Reads all pages. An empty token is the end; one that has expired begins again, which is why
   * pages are handed over only when there are no more.
   */
  private void pages(String path, Consumer<JsonNode> reader) {
    for (int begun = 1; ; begun++) {
      try {
        allPages(path).forEach(reader);
        return;
      } catch (ZoomRefused e) {
        boolean expired = e.status() == 400 && e.code() == BAD_PAGE_TOKEN;
        if (!expired || begun > RESTARTS) {
          throw e;
        }
      }
    }
  }

  private List<JsonNode> allPages(String path) {
    List<JsonNode> pages = new ArrayList<>();
    String token = "";
    do {
      JsonNode page =
          http.ask(
              HttpMethod.GET,
              RequestClass.MEDIUM,
              token.isEmpty() ? path : path + "&next_page_token=" + encoded(token));
      pages.add(page);
      String next = page.path("next_page_token").asText("");
      if (next.equals(token) && !token.isEmpty()) {
        throw new ZoomRefused(200, 0, "a list goes in circles: the next page is the last one");
      }
      token = next;
    } while (!token.isEmpty());
    return pages;
  }
}
