package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.SourceUrl;
import dev.haul.policy.RedirectRules;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a source is asked, redirect by redirect, and which headers may go there: those of the job
 * stay with the origin that it named, a secret goes to the origins of its credentials alone.
 */
final class Route {
  private final RedirectRules rules;
  private final DownloadJob job;
  private final @Nullable Credential credential;
  private final SourceUrl source;
  private SourceUrl url;
  private boolean sendsCallerHeaders = true;

  /** The URLs asked, once there was a redirect. */
  private @Nullable Set<String> visited;

  /** The secret that went along last, null when none did. */
  private @Nullable String sent;

  private boolean tookNewSecret;

  Route(RedirectRules rules, DownloadJob job, @Nullable Credential credential, SourceUrl source) {
    this.rules = rules;
    this.job = job;
    this.credential = credential;
    this.source = source;
    this.url = source;
  }

  SourceUrl url() {
    return url;
  }

  /** The headers that go to the current URL beside the usual ones; later ones win. */
  Map<String, String> headers() {
    Map<String, String> headers = sendsCallerHeaders ? job.headers() : Map.of();
    if (credential == null || !credential.isFor(url)) {
      sent = null;
      return headers;
    }
    String secret = credential.value();
    sent = secret;
    var all = new LinkedHashMap<>(headers);
    all.remove(credential.header());
    all.put(credential.header(), secret);
    return all;
  }

  /** The credentials whose secret went along last, null when none did. */
  @Nullable Credential used() {
    return sent == null ? null : credential;
  }

  /** The secret that went along last; empty when none did. */
  String sent() {
    return sent == null ? "" : sent;
  }

  /** Whether there is another secret by now than the one that went along; true once at most. */
  boolean takesNewSecret() {
    boolean isNew = credential != null && sent != null && !credential.value().equals(sent);
    boolean takes = isNew && !tookNewSecret;
    tookNewSecret |= takes;
    return takes;
  }

  /** Whether redirects have led elsewhere than to the source. */
  boolean isRedirected() {
    return visited != null;
  }

  /** Goes back to the source, whose redirects may lead elsewhere by now. */
  void restart() {
    url = source;
    visited = null;
    sendsCallerHeaders = true;
  }

  /** Goes on to another URL; answers why it must not be asked, null when it may be. */
  @Nullable String redirect(@Nullable String location) {
    if (visited == null) {
      visited = new HashSet<>();
    }
    visited.add(url.text());
    return switch (rules.decide(url, location, visited)) {
      case RedirectRules.Decision.Refuse(String reason) -> reason;
      case RedirectRules.Decision.Follow(SourceUrl next, boolean crossesOrigin) -> {
        url = next;
        sendsCallerHeaders &= !crossesOrigin;
        yield null;
      }
    };
  }
}
