package dev.haul.zoom;

import dev.haul.job.InvalidField;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a token of Zoom that is good for a while yet. For any thread that may block. One thread
 * asks Zoom at a time, the others wait for what it gets: each token that is asked for counts at
 * Zoom, and a refresh token can be used once.
 */
public final class ZoomTokens {
  private static final Logger LOG = LoggerFactory.getLogger(ZoomTokens.class);
  private static final Duration LONGEST_MARGIN = Duration.ofMinutes(10);

  /** After a refusal, while the old token is still good. */
  private static final Duration REST = Duration.ofSeconds(15);

  private final TokenGrant grant;
  private final @Nullable RefreshTokenFile refreshTokens;
  private final InstantSource clock;
  private final ReentrantLock asking = new ReentrantLock();

  /** Guarded by the lock, as are the times. */
  private @Nullable String token;

  private Instant goodUntil = Instant.MIN;
  private Instant renewAt = Instant.MIN;

  ZoomTokens(TokenGrant grant, @Nullable RefreshTokenFile refreshTokens, InstantSource clock) {
    this.grant = grant;
    this.refreshTokens = refreshTokens;
    this.clock = clock;
  }

  /**
   * Makes the tokens of an account; asks nobody yet.
   *
   * @throws InvalidField naming the key that is missing
   */
  public static ZoomTokens of(
      Vertx vertx, ZoomSettings settings, Map<String, String> environment, InstantSource clock) {
    settings.requireAccount();
    var grant = new OAuthGrant(WebClient.create(vertx), settings, environment);
    RefreshTokenFile file =
        settings.refreshTokenFile() == null
            ? null
            : new RefreshTokenFile(settings.refreshTokenFile());
    return new ZoomTokens(grant, settings.grant() == ZoomSettings.Grant.USER ? file : null, clock);
  }

  /**
   * A token that is good now, renewed well before its end.
   *
   * @throws ZoomRefused when there is none and Zoom gives none
   */
  public String token() {
    asking.lock();
    try {
      Instant now = clock.instant();
      if (token != null && now.isBefore(renewAt)) {
        return token;
      }
      try {
        return renew(now);
      } catch (ZoomRefused | InvalidField e) {
        if (token == null || !now.isBefore(goodUntil)) {
          throw e;
        }
        LOG.warn("The last token of Zoom stays in use until {}: {}", goodUntil, e.getMessage());
        renewAt = now.plus(REST);
        return token;
      }
    } finally {
      asking.unlock();
    }
  }

  /**
   * A token other than one that Zoom refused; whoever comes second is given what the first got.
   *
   * @throws ZoomRefused when Zoom gives none
   */
  public String tokenAfter(String refused) {
    asking.lock();
    try {
      return token != null && !token.equals(refused) ? token : renew(clock.instant());
    } finally {
      asking.unlock();
    }
  }

  private String renew(Instant now) {
    TokenGrant.Granted granted =
        refreshTokens == null
            ? grant.ask(Optional.empty())
            : refreshTokens.exchange(old -> grant.ask(Optional.of(old)));
    Duration quarter = granted.lifetime().dividedBy(4);
    Duration margin = quarter.compareTo(LONGEST_MARGIN) < 0 ? quarter : LONGEST_MARGIN;
    goodUntil = now.plus(granted.lifetime());
    renewAt = goodUntil.minus(margin);
    token = granted.accessToken();
    return granted.accessToken();
  }
}
