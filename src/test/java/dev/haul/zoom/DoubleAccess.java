package dev.haul.zoom;

import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;

/** The API as it is asked for a double. */
final class DoubleAccess {
  private DoubleAccess() {}

  static ZoomApi api(Vertx vertx, ZoomDouble zoom, int perSecond) {
    ZoomSettings defaults = ZoomSettings.DEFAULTS;
    var settings =
        new ZoomSettings(
            defaults.grant(),
            DoublePlan.ACCOUNT_ID,
            DoublePlan.CLIENT_ID,
            null,
            "SECRET",
            null,
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
