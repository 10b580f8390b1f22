package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeTlsTest {
  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void it_loads() {
    assertThat(OpenSsl.unavailabilityCause()).isNull();
    assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
  }
}
