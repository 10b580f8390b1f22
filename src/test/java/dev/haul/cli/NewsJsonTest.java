package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NewsJsonTest {
  @Test
  void leaves_out_what_is_unknown() {
    assertThat(NewsJson.json(Events.progress("a", 0, 0, -1)))
        .hasToString(
            "{\"jobId\":\"a\",\"event\":\"progress\",\"attempt\":1,\"bytes\":0,"
                + "\"worker\":\"haul-1\",\"at\":\"2026-11-23T08:00:00Z\"}");
  }

  @Test
  void tells_a_state() {
    assertThat(NewsJson.json(Events.waiting("a", 1, 2)))
        .hasToString(
            "{\"jobId\":\"a\",\"event\":\"state\",\"state\":\"waiting\",\"attempt\":2,"
                + "\"until\":\"2026-11-23T08:00:05Z\",\"error\":\"the server answered 503\","
                + "\"worker\":\"haul-1\",\"at\":\"2026-11-23T08:00:01Z\"}");
  }

  @Test
  void tells_an_end() {
    assertThat(NewsJson.json(Events.failed("a", 2)))
        .hasToString(
            "{\"jobId\":\"a\",\"event\":\"ended\",\"outcome\":\"failed\",\"target\":\"a\","
                + "\"attempts\":1,\"elapsedMillis\":2000,"
                + "\"error\":{\"code\":\"http-status\",\"message\":\"the server answered 404\"},"
                + "\"worker\":\"haul-1\",\"at\":\"2026-11-23T08:00:02Z\"}");
  }
}
