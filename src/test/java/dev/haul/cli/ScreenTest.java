package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  @Test
  void live_lines_are_overwritten_and_others_stay_above_them() {
    var bytes = new ByteArrayOutputStream();
    try (var screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      screen.draw(List.of(), List.of("a 10%", "b 20%"));
      screen.draw(List.of("a done"), List.of("b 30%"));
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\u001b[?25l"
                + "\r\u001b[Ja 10%\nb 20%\n"
                + "\u001b[2A\r\u001b[Ja done\nb 30%\n"
                + "\u001b[?25h");
  }
}
