package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncfsTest {
  @ParameterizedTest
  @CsvSource({
    "Linux,    5.8.0,             true",
    "Linux,    5.10.0-28-amd64,   true",
    "Linux,    6.1,               true",
    "Linux,    10.0.1,            true",
    "Linux,    5.7.19,            false",
    "Linux,    4.18.0-553.el8,    false",
    "Linux,    next,              false",
    "Mac OS X, 15.1,              false",
  })
  void reports_errors_only_on_a_recent_Linux(String system, String version, boolean reports) {
    assertThat(Syncfs.reportsErrors(system, version)).isEqualTo(reports);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void is_not_trusted_on_a_file_system_that_nobody_checked() {
    assertThatThrownBy(() -> Syncfs.open(Path.of("/proc")))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("not known to be safe on proc");
  }
}
