package dev.haul.zoom;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks Zoom for a token, once; blocks. */
interface TokenGrant {
  /**
   * What Zoom gave. Not printed, as it is secret.
   *
   * @param refreshToken that replaces the one that was used, null when there is none
   */
  record Granted(String accessToken, Duration lifetime, @Nullable String refreshToken) {
    @Override
    public String toString() {
      return "a token for " + lifetime;
    }
  }

  /**
   * @param refreshToken to be used, empty for server-to-server OAuth
   * @throws ZoomRefused when Zoom gives none
   */
  Granted ask(Optional<String> refreshToken);
}
