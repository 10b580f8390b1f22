package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code haul dead show} prints of a record, which anybody may have written. */
class DeadShowTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'url':'https://a.test/f?sig=x','size':1} | {'url':'https://a.test/f?…','size':1}",
        "{'url':'https:\\/\\/a.test\\/f?sig=x'} | {'url':'https:\\/\\/a.test\\/f?…'}",
        "{'url':'HTTPS://a.test/f?sig=x'} | {'url':'HTTPS://a.test/f?…'}",
        "{'labels':{'what':'really?'}} | {'labels':{'what':'really?'}}"
      })
  void queries_of_urls_are_left_out(String record, String shown) {
    assertThat(DeadShowCommand.text(record.replace('\'', '"'), false))
        .isEqualTo(shown.replace('\'', '"'));
    assertThat(DeadShowCommand.text(record, true)).isEqualTo(record);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void nothing_in_it_tells_a_terminal_what_to_do(boolean reveal) {
    assertThat(DeadShowCommand.text("no JSON\u001b[2J\u009b31m\u0007\r\n\tбüd", reveal))
        .isEqualTo("no JSON\\u001b[2J\\u009b31m\\u0007\\u000d\n\tбüd");
  }
}
