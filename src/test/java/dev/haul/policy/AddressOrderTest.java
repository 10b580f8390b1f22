package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOrderTest {
  private static List<InetAddress> addresses(String texts) {
    return Arrays.stream(texts.split(" ", -1)).map(InetAddress::ofLiteral).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1.0.0.1,                                 1.0.0.1",
    "1.0.0.1 1.0.0.2,                         1.0.0.1 1.0.0.2",
    "1.0.0.1 1.0.0.2 2600::1 2600::2,         1.0.0.1 2600::1 1.0.0.2 2600::2",
    "2600::1 2600::2 2600::3 1.0.0.1,         2600::1 1.0.0.1 2600::2 2600::3",
    "1.0.0.1 2600::1 2600::2 2600::3,         1.0.0.1 2600::1 2600::2 2600::3",
  })
  void families_take_turns(String given, String order) {
    assertThat(AddressOrder.interleaved(addresses(given))).isEqualTo(addresses(order));
  }

  @Test
  void there_are_no_more_than_sixteen() {
    List<InetAddress> many =
        IntStream.range(0, 40).mapToObj(i -> InetAddress.ofLiteral("1.0.0." + i)).toList();

    assertThat(AddressOrder.interleaved(many)).isEqualTo(many.subList(0, 16));
  }
}
