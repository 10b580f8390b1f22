package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.fetch.CredentialSettings.Kind;
import dev.haul.job.InvalidField;
import dev.haul.job.SourceUrl;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final String SECRET = "hunter2-and-more";
  private static final List<String> ORIGINS = List.of("https://example.com");

  @TempDir Path folder;

  private static Credential load(CredentialSettings settings) {
    Credentials all =
        Credentials.load(Map.of("zoom", settings), Map.of("TOKEN", SECRET, "EMPTY", ""));
    return Objects.requireNonNull(all.find("zoom"));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("secret"), content, StandardCharsets.ISO_8859_1);
  }

  private CredentialSettings bearer(Path file) {
    return new CredentialSettings(Kind.BEARER, null, null, file, null, ORIGINS, List.of());
  }

  @Nested
  class Tokens_of_an_account {
    private final TokenSource tokens =
        new TokenSource() {
          private int given = 1;

          @Override
          public String token() {
            return "token-" + given;
          }

          @Override
          public String tokenAfter(String refused) {
            return refused.equals("token-" + given) ? "token-" + ++given : token();
          }
        };

    private Credential credential() {
      var settings =
          new CredentialSettings(
              Kind.ZOOM, null, null, null, null, List.of("https://*.zoom.us"), List.of());
      return Objects.requireNonNull(
          Credentials.load(Map.of("zoom", settings), Map.of(), tokens).find("zoom"));
    }

    @Test
    @Timeout(30)
    void hold_up_no_other_secret_while_the_account_does_not_answer() throws Exception {
      var asked = new CountDownLatch(2);
      var answers = new CountDownLatch(1);
      TokenSource slow =
          new TokenSource() {
            @Override
            public String token() {
              asked.countDown();
              try {
                return asked.getCount() == 1 || answers.await(30, TimeUnit.SECONDS) ? "token" : "";
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }

            @Override
            public String tokenAfter(String refused) {
              return token();
            }
          };
      Path file = file("before");
      Map<String, CredentialSettings> settings = new HashMap<>();
      settings.put(
          "zoom", new CredentialSettings(Kind.ZOOM, null, null, null, null, ORIGINS, List.of()));
      IntStream.range(0, 9).forEach(i -> settings.put("other-" + i, bearer(file)));
      Credentials all = Credentials.load(settings, Map.of(), slow);
      Vertx vertx = Vertx.vertx();
      try {
        all.watch(vertx);
        asked.await();
        file("afterwards");
        for (int i = 0; i < 9; i++) {
          Credential other = Objects.requireNonNull(all.find("other-" + i));
          while (!other.value().equals("Bearer afterwards")) {
            Thread.onSpinWait();
          }
        }
      } finally {
        answers.countDown();
        vertx.close().await();
      }
    }

    @Test
    void are_replaced_once_when_one_was_refused() {
      Credential credential = credential();
      assertThat(credential.value()).isEqualTo("Bearer token-1");

      credential.renewAfter("Bearer token-1");
      credential.renewAfter("Bearer token-1");

      assertThat(credential.value()).isEqualTo("Bearer token-2");
    }

    @ParameterizedTest
    @CsvSource({
      "https://us02web.zoom.us/a, true",
      "https://zoom.us/a, false",
      "https://evilzoom.us/a, false",
      "https://zoom.us.evil.com/a, false",
      "http://us02web.zoom.us/a, false",
      "https://us02web.zoom.us:8443/a, false"
    })
    void go_to_hosts_below_a_name(String url, boolean goes) {
      assertThat(credential().isFor(SourceUrl.parse(url))).isEqualTo(goes);
    }
  }

  @Nested
  class A_secret {
    @ParameterizedTest
    @CsvSource({
      "BASIC, Aladdin, , Authorization, Basic QWxhZGRpbjpodW50ZXIyLWFuZC1tb3Jl",
      "BEARER, , , Authorization, Bearer hunter2-and-more",
      "HEADER, , X-Api-Key, X-Api-Key, hunter2-and-more"
    })
    void goes_into_the_header_of_its_kind(
        Kind kind, @Nullable String user, @Nullable String header, String name, String value) {
      Credential credential =
          load(new CredentialSettings(kind, user, header, null, "TOKEN", ORIGINS, List.of()));

      assertThat(credential.header()).isEqualTo(name);
      assertThat(credential.value()).isEqualTo(value);
      assertThat(credential).hasToString("credentials 'zoom'");
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRET, SECRET + "\n", SECRET + "\r\n"})
    void is_read_from_a_file_without_its_line_end(String content) throws IOException {
      assertThat(load(bearer(file(content))).value()).isEqualTo("Bearer " + SECRET);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "\n",
          " " + SECRET,
          SECRET + " ",
          SECRET + "\n\n",
          SECRET + "\r\nX-Evil: 1",
          SECRET + "\r",
          SECRET + "\u0000",
          SECRET + "\u00e9"
        })
    void that_cannot_be_sent_is_refused_at_start(String content) throws IOException {
      Path file = file(content);

      assertThatThrownBy(() -> load(bearer(file)))
          .isInstanceOf(InvalidField.class)
          .hasMessageStartingWith("credentials.zoom.secret-file must ")
          .hasMessageNotContaining(SECRET);
    }

    @Test
    void that_is_too_long_is_refused_at_start() throws IOException {
      Path file = file("x".repeat(8193));

      assertThatThrownBy(() -> load(bearer(file)))
          .hasMessage("credentials.zoom.secret-file must name a file of 1 to 8192 bytes");
    }

    @Test
    void whose_file_is_missing_is_refused_at_start() {
      assertThatThrownBy(() -> load(bearer(folder.resolve(SECRET))))
          .hasMessage("credentials.zoom.secret-file must name a file that is there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMPTY", "MISSING"})
    void whose_variable_is_missing_or_empty_is_refused_at_start(String variable) {
      var settings =
          new CredentialSettings(Kind.BEARER, null, null, null, variable, ORIGINS, List.of());

      assertThatThrownBy(() -> load(settings))
          .hasMessage(
              "credentials.zoom.secret-env must name an environment variable of 1 to 8192"
                  + " characters");
    }

    @Test
    void stays_in_use_while_its_file_is_broken() throws IOException {
      Path file = file("one");
      Credentials all = Credentials.load(Map.of("zoom", bearer(file)), Map.of());
      Credential credential = Objects.requireNonNull(all.find("zoom"));

      Files.delete(file);
      all.renew(credential);
      assertThat(credential.value()).isEqualTo("Bearer one");

      file("two");
      all.renew(credential);
      assertThat(credential.value()).isEqualTo("Bearer two");
    }
  }

  @Nested
  class An_entry {
    @ParameterizedTest
    @CsvSource(
        nullValues = "-",
        value = {
          "BASIC, -, -, credentials.<name>.user",
          "BASIC, a:b, -, credentials.<name>.user",
          "BASIC, '', -, credentials.<name>.user",
          "BASIC, a, X-Key, credentials.<name>.header",
          "BEARER, a, -, credentials.<name>.user",
          "BEARER, -, X-Key, credentials.<name>.header",
          "HEADER, -, -, credentials.<name>.header",
          "HEADER, -, Host, credentials.<name>.header",
          "HEADER, -, 'X: y', credentials.<name>.header"
        })
    void has_what_its_kind_needs(
        Kind kind, @Nullable String user, @Nullable String header, String key) {
      assertRefused(key, kind, user, header, null, "TOKEN", ORIGINS);
    }

    @Test
    void has_one_secret() {
      String key = "credentials.<name>.secret-file";
      assertRefused(key, Kind.BEARER, null, null, null, null, ORIGINS);
      assertRefused(key, Kind.BEARER, null, null, Path.of("f"), "TOKEN", ORIGINS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "a-b", "HAUL_TOKEN", "eyJhbGciOi.x.y"})
    void names_a_variable(String name) {
      assertRefused("credentials.<name>.secret-env", Kind.BEARER, null, null, null, name, ORIGINS);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "example.com",
          "//example.com",
          "ftp://example.com",
          "https://*.com",
          "https://*example.com",
          "https://example.com/path",
          "https://example.com?q",
          "https://me@example.com",
          "https://"
        })
    void names_origins(String origin) {
      assertRefused(
          "credentials.<name>.origins", Kind.BEARER, null, null, null, "TOKEN", List.of(origin));
      assertRefused(
          "credentials.<name>.origins", Kind.BEARER, null, null, null, "TOKEN", List.of());
    }

    private void assertRefused(
        String key,
        Kind kind,
        @Nullable String user,
        @Nullable String header,
        @Nullable Path file,
        @Nullable String variable,
        List<String> origins) {
      assertThatThrownBy(
              () -> new CredentialSettings(kind, user, header, file, variable, origins, List.of()))
          .isInstanceOfSatisfying(
              InvalidField.class, invalid -> assertThat(invalid.field()).isEqualTo(key));
    }

    @ParameterizedTest
    @CsvSource({
      "https://example.com, https://example.com/f, true",
      "https://example.com, HTTPS://EXAMPLE.com:443/f, true",
      "https://Example.com/, https://example.com/f, true",
      "https://example.com, http://example.com/f, false",
      "https://example.com, https://example.com:8443/f, false",
      "https://example.com:8443, https://example.com:8443/f, true",
      "https://example.com, https://sub.example.com/f, false",
      "https://example.com, https://example.com.evil.org/f, false",
      "https://example.com, https://example.com./f, false",
      "http://[::1]:8080, http://[::1]:8080/f, true"
    })
    void is_for_its_origins_only(String origin, String url, boolean expected) {
      Credential credential =
          load(
              new CredentialSettings(
                  Kind.BEARER, null, null, null, "TOKEN", List.of(origin), List.of()));

      assertThat(credential.isFor(SourceUrl.parse(url))).isEqualTo(expected);
    }
  }
}
