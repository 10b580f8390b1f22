package dev.haul.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void a_line_is_one_object_with_its_fields_beside_the_message() throws Exception {
    context.putProperty("worker", "w-1");
    LoggingEvent event = event("Ended: {}\nforged line", null, "a \"quoted\" word");
    event.addKeyValuePair(new KeyValuePair("job", "zoom-1"));
    event.addKeyValuePair(new KeyValuePair("offset", 17L));

    String line = line(event);

    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    assertThat(new ObjectMapper().readValue(line, new TypeReference<Map<String, Object>>() {}))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "time",
                "2026-11-24T10:00:00.000000001Z",
                "level",
                "WARN",
                "logger",
                "dev.haul.Some",
                "thread",
                "loop-1",
                "worker",
                "w-1",
                "message",
                "Ended: a \"quoted\" word\nforged line",
                "job",
                "zoom-1",
                "offset",
                17));
  }

  @Test
  void a_fault_has_its_stack_trace_in_one_field() throws Exception {
    JsonNode line =
        new ObjectMapper().readTree(line(event("broken", new IllegalStateException("cause"))));

    assertThat(line.path("error").asText())
        .startsWith("java.lang.IllegalStateException: cause")
        .contains("at dev.haul.cli.JsonLinesTest");
  }

  private LoggingEvent event(String message, Throwable fault, Object... arguments) {
    var event =
        new LoggingEvent(
            "", context.getLogger("dev.haul.Some"), Level.WARN, message, fault, arguments);
    event.setThreadName("loop-1");
    event.setInstant(Instant.parse("2026-11-24T10:00:00.000000001Z"));
    return event;
  }

  private static String line(LoggingEvent event) throws IOException {
    return new String(new JsonLines().encode(event), UTF_8);
  }
}
