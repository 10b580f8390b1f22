package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlJsonTest {
  private static final Instant AT = Instant.parse("2026-11-23T02:00:00Z");

  private static ControlCommand read(String value) {
    return ControlJson.read(value.getBytes(UTF_8), AT);
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        arguments(
            "{\"action\":\"cancel\",\"jobId\":\"zoom:1\"}",
            Action.CANCEL,
            new ControlScope.Job(new JobId("zoom:1"))),
        arguments(
            "{\"action\":\"pause\",\"host\":\"origin.test\"}",
            Action.PAUSE,
            new ControlScope.Host("origin.test")),
        arguments(
            "{\"action\":\"resume\",\"worker\":\"w1\"}",
            Action.RESUME,
            new ControlScope.Worker("w1")),
        arguments("{\"action\":\"pause\",\"all\":true}", Action.PAUSE, new ControlScope.All()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_is_an_action_and_a_scope(String value, Action action, ControlScope scope) {
    assertThat(read(value)).isEqualTo(new ControlCommand(action, scope, AT));
    assertThat(new String(ControlJson.write(action, scope), UTF_8)).isEqualTo(value);
  }

  @Test
  void a_command_written_by_hand_may_have_any_order_and_any_case_of_host() {
    assertThat(read(" { \"host\" : \"Origin.Test\" , \"action\" : \"pause\" } ").scope())
        .isEqualTo(new ControlScope.Host("origin.test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | value must be a JSON object",
        "pause | value must be a whole JSON object",
        "[] | value must be a JSON object",
        "null | value must be a JSON object",
        "{} | action must be there",
        "{\"action\":\"pause\"} | value must have one of jobId, host, worker or all",
        "{\"host\":\"a\"} | action must be there",
        "{\"action\":\"PAUSE\",\"all\":true} | action must be cancel, pause or resume but was 'PAUSE'",
        "{\"action\":7,\"all\":true} | action must be a string",
        "{\"action\":null,\"all\":true} | action must be a string",
        "{\"action\":\"pause\",\"all\":false} | all must be true",
        "{\"action\":\"pause\",\"all\":\"true\"} | all must be true",
        "{\"action\":\"pause\",\"host\":[]} | host must be a string",
        "{\"action\":\"pause\",\"jobId\":\"a b\"} | id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'a b'",
        "{\"action\":\"pause\",\"host\":\"a:80\"} | host must be a host name or address, without scheme, port or path but was 'a:80'",
        "{\"action\":\"pause\",\"host\":\"a\",\"all\":true} | value must have no more than one of jobId, host, worker or all",
        "{\"action\":\"pause\",\"host\":\"a\",\"why\":\"b\"} | field must be action, jobId, host, worker or all but was 'why'",
        "{\"action\":\"pause\",\"all\":true | value must be a whole JSON object",
        "{\"action\":\"pause\",\"all\":true} x | value must be a whole JSON object",
        "{\"action\":\"pause\",\"all\":true} {} | value must be one JSON object but goes on after its end",
      })
  void what_is_no_command_is_refused_with_the_reason(String value, String message) {
    assertThatThrownBy(() -> read(value)).isInstanceOf(InvalidField.class).hasMessage(message);
  }

  @Test
  void a_record_without_a_value_is_no_command() {
    assertThatThrownBy(() -> ControlJson.read(null, AT))
        .hasMessage("value must be a JSON object but was empty");
  }

  @Test
  void whatever_the_bytes_are_the_answer_is_a_command_or_a_refusal() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] valid = ControlJson.write(Action.PAUSE, new ControlScope.Host("origin.test"));
    for (int i = 0; i < 20_000; i++) {
      byte[] value = valid.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(ControlJson.read(value, AT)).as("seed %s", seed).isNotNull();
      } catch (InvalidField e) {
        assertThat(e).as("seed %s", seed).hasMessageNotContaining("\n");
      }
    }
  }
}
