package dev.haul.cli;

import dev.haul.zoom.ZoomApi;
import dev.haul.zoom.ZoomSettings;
import dev.haul.zoom.ZoomTokens;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** The account at Zoom that a command uses, and what it needs to ask it. */
final class ZoomAccount implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final ZoomApi api;

  private ZoomAccount(ZoomSettings settings) {
    ZoomTokens tokens = ZoomTokens.of(vertx, settings, System.getenv(), InstantSource.system());
    api = ZoomApi.of(vertx, settings, tokens, InstantSource.system(), new SplittableRandom());
  }

  /**
   * @throws dev.haul.job.InvalidField naming the setting that is missing
   */
  static ZoomAccount open(ZoomSettings settings) {
    settings.requireAccount();
    return new ZoomAccount(settings);
  }

  ZoomApi api() {
    return api;
  }

  Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    var _ = vertx.close();
  }
}
