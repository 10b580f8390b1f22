package dev.haul.zoom;

import dev.haul.zoom.ZoomSettings.Grant;
import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The API as it is asked for a double. */
final class DoubleAccess {
  private DoubleAccess() {}

  /** As server-to-server OAuth has it. */
  static ZoomApi api(Vertx vertx, ZoomDouble zoom, int perSecond) {
    return api(vertx, zoom, Grant.ACCOUNT, null, perSecond);
  }

  /** As a user has it whose refresh token is in a file. */
  static ZoomApi userApi(Vertx vertx, ZoomDouble zoom, Path refreshTokenFile) {
    return api(vertx, zoom, Grant.USER, refreshTokenFile, 200);
  }

  private static ZoomApi api(
      Vertx vertx, ZoomDouble zoom, Grant grant, @Nullable Path refreshTokenFile, int perSecond) {
    ZoomSettings defaults = ZoomSettings.DEFAULTS;
    var settings =
        new ZoomSettings(
            grant,
            DoublePlan.ACCOUNT_ID,
            DoublePlan.CLIENT_ID,
            null,
            "SECRET",
            refreshTokenFile,
            zoom.url() + "/v2",
            zoom.url() + "/oauth/token",
            perSecond,
            perSecond,
            defaults.timeout(),
            defaults.attempts(),
            defaults.webhook(),
            defaults.move());
    ZoomTokens tokens =
        ZoomTokens.of(
            vertx, settings, Map.of("SECRET", DoublePlan.CLIENT_SECRET), InstantSource.system());
    return ZoomApi.of(vertx, settings, tokens, InstantSource.system(), new SplittableRandom(1));
  }
}
