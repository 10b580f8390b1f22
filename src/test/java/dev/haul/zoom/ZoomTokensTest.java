package dev.haul.zoom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.zoom.TokenGrant.Granted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZoomTokensTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Optional<String>> used = new ArrayList<>();
  private volatile boolean away;
  private @Nullable String nextRefreshToken;

  private ZoomTokens tokens(@Nullable RefreshTokenFile file) {
    return new ZoomTokens(this::grant, file, now::get);
  }

  private synchronized Granted grant(Optional<String> refreshToken) {
    if (away) {
      throw new ZoomRefused(503, 0, "away");
    }
    used.add(refreshToken);
    return new Granted("token-" + asked.incrementAndGet(), Duration.ofHours(1), nextRefreshToken);
  }

  @Test
  void a_token_is_kept_until_it_nears_its_end() {
    ZoomTokens tokens = tokens(null);

    assertThat(tokens.token()).isEqualTo("token-1");
    now.set(NOON.plus(Duration.ofMinutes(49)));
    assertThat(tokens.token()).isEqualTo("token-1");
    now.set(NOON.plus(Duration.ofMinutes(50)));
    assertThat(tokens.token()).isEqualTo("token-2");
  }

  @Test
  void all_who_were_refused_share_one_new_token() throws Exception {
    ZoomTokens tokens = tokens(null);
    String refused = tokens.token();
    Set<String> got = ConcurrentHashMap.newKeySet();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        threads.execute(() -> got.add(tokens.tokenAfter(refused)));
      }
    }

    assertThat(got).containsExactly("token-2");
    assertThat(asked).hasValue(2);
  }

  @Test
  void a_token_that_is_still_good_is_used_while_zoom_is_away() {
    ZoomTokens tokens = tokens(null);
    tokens.token();
    away = true;

    now.set(NOON.plus(Duration.ofMinutes(55)));
    assertThat(tokens.token()).isEqualTo("token-1");
    now.set(NOON.plus(Duration.ofMinutes(61)));
    assertThatThrownBy(tokens::token).isInstanceOf(ZoomRefused.class);
    away = false;
    assertThat(tokens.token()).isEqualTo("token-2");
  }

  @Test
  void a_refresh_token_is_replaced_by_the_one_that_comes_with_its_answer() throws IOException {
    Path file = Files.writeString(folder.resolve("refresh"), "first\n");
    ZoomTokens tokens = tokens(new RefreshTokenFile(file));
    nextRefreshToken = "second";

    tokens.tokenAfter(tokens.token());

    assertThat(used).containsExactly(Optional.of("first"), Optional.of("second"));
    assertThat(file).hasContent("second");
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }

  @Test
  void a_refresh_token_that_was_not_answered_stays() throws IOException {
    Path file = Files.writeString(folder.resolve("refresh"), "first\n");
    away = true;

    assertThatThrownBy(tokens(new RefreshTokenFile(file))::token).isInstanceOf(ZoomRefused.class);

    assertThat(file).hasContent("first");
  }

  @Test
  void a_token_is_never_printed() {
    assertThat(new Granted("secret", Duration.ofHours(1), "secret too").toString())
        .doesNotContain("secret");
  }
}
