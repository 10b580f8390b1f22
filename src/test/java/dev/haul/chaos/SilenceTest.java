package dev.haul.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.chaos.Violation.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private final Silence silence = new Silence(Duration.ofSeconds(30));

  private void look(int second, boolean progress, boolean work, boolean stable) {
    silence.look(Duration.ofSeconds(second), progress, work, stable);
  }

  @Test
  void a_stretch_without_progress_is_found_once() {
    look(10, true, true, true);
    look(30, false, true, true);
    look(41, false, true, true);
    look(60, false, true, true);
    assertThat(silence.found()).singleElement().matches(each -> each.kind() == Kind.SILENCE);
    assertThat(silence.worst()).isEqualTo(Duration.ofSeconds(50));
  }

  @Test
  void progress_breaks_it() {
    look(10, true, true, true);
    look(39, false, true, true);
    look(40, true, true, true);
    look(69, false, true, true);
    assertThat(silence.found()).isEmpty();
    assertThat(silence.worst()).isEqualTo(Duration.ofSeconds(29));
  }

  @Test
  void without_work_or_with_a_group_in_motion_there_is_none() {
    look(40, false, false, true);
    look(80, false, true, false);
    look(100, false, true, true);
    assertThat(silence.found()).isEmpty();
  }
}
