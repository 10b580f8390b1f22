package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.SourceUrl;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectRulesTest {
  private final RedirectRules rules = new RedirectRules(3);

  private RedirectRules.Decision decide(String from, @Nullable String location) {
    SourceUrl url = SourceUrl.parse(from);
    return rules.decide(url, location, Set.of(url.text()));
  }

  /** The examples of RFC 3986 §5.4 with a path to go to, and those that people get wrong. */
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "g#s, http://a/b/c/g",
    "g;x=1/../y, http://a/b/c/y",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    "..g, http://a/b/c/..g",
    "./g/., http://a/b/c/g/",
    "g?y/../x, http://a/b/c/g?y/../x",
    "https://h/p q, https://h/p%20q"
  })
  void a_location_is_resolved_as_rfc_3986_says(String location, String expected) {
    assertThat(decide("http://a/b/c/d;p?q", location))
        .isInstanceOfSatisfying(
            RedirectRules.Decision.Follow.class,
            follow -> assertThat(follow.url().text()).isEqualTo(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "https://host/x, false",
    "https://HOST:443/x, false",
    "/x, false",
    "https://host:8443/x, true",
    "https://other/x, true",
    "//host.evil/x, true"
  })
  void caller_headers_stay_within_an_origin(String location, boolean crosses) {
    assertThat(decide("https://host/file", location))
        .isInstanceOfSatisfying(
            RedirectRules.Decision.Follow.class,
            follow -> assertThat(follow.crossesOrigin()).isEqualTo(crosses));
  }

  @Test
  void another_scheme_on_the_same_host_is_another_origin() {
    assertThat(decide("http://host/file", "https://host/file"))
        .isInstanceOfSatisfying(
            RedirectRules.Decision.Follow.class,
            follow -> assertThat(follow.crossesOrigin()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "http://host/plain",
        "ftp://host/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:x",
        "https://user:password@host/x?token=secret",
        "https:///x",
        "https://host:99999/",
        "https://host/%zz",
        "https://ho st/",
        "https://host/\u0000"
      })
  void a_location_that_cannot_be_fetched_is_refused_without_telling_a_secret(String location) {
    assertThat(decide("https://host/file", location))
        .isInstanceOfSatisfying(
            RedirectRules.Decision.Refuse.class,
            refuse ->
                assertThat(refuse.reason()).doesNotContain("secret").doesNotContain("password"));
  }

  @Test
  void a_missing_location_is_refused() {
    assertThat(decide("https://host/file", null))
        .isEqualTo(new RedirectRules.Decision.Refuse("redirect without a Location"));
  }

  @Test
  void a_circle_is_refused() {
    assertThat(decide("https://host/file?token=1", "?token=1"))
        .isEqualTo(
            new RedirectRules.Decision.Refuse(
                "redirects go round in a circle at https://host/file"));
  }

  @Test
  void one_redirect_too_many_is_refused() {
    SourceUrl url = SourceUrl.parse("https://host/3");
    Set<String> three = visited(3);
    Set<String> four = visited(4);

    assertThat(rules.decide(url, "/next", three)).isInstanceOf(RedirectRules.Decision.Follow.class);
    assertThat(rules.decide(url, "/next", four))
        .isEqualTo(new RedirectRules.Decision.Refuse("more than 3 redirects"));
  }

  private static Set<String> visited(int count) {
    return IntStream.range(0, count).mapToObj(i -> "https://host/" + i).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource({
    "300, false",
    "301, true",
    "302, true",
    "303, true",
    "304, false",
    "305, false",
    "306, false",
    "307, true",
    "308, true",
    "200, false",
    "404, false"
  })
  void five_statuses_are_redirects(int status, boolean expected) {
    assertThat(RedirectRules.isRedirect(status)).isEqualTo(expected);
  }
}
