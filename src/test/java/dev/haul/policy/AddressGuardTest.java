package dev.haul.policy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private final AddressGuard strict = new AddressGuard("allow", List.of());

  private static byte[] address(String text) {
    return requireNonNull(AddressLiteral.parse(text), text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, unspecified",
    "0.255.255.255, unspecified",
    "10.0.0.1, private (RFC 1918)",
    "172.16.0.1, private (RFC 1918)",
    "172.31.255.255, private (RFC 1918)",
    "192.168.1.1, private (RFC 1918)",
    "100.64.0.1, carrier-grade NAT (RFC 6598)",
    "100.127.255.255, carrier-grade NAT (RFC 6598)",
    "127.0.0.1, loopback",
    "127.255.255.254, loopback",
    "169.254.1.1, link-local",
    "169.254.169.254, a cloud metadata address",
    "169.254.170.2, a cloud metadata address",
    "100.100.100.200, a cloud metadata address",
    "168.63.129.16, a cloud metadata address",
    "192.0.0.8, reserved for protocols (RFC 6890)",
    "192.0.2.1, for documentation",
    "198.51.100.1, for documentation",
    "203.0.113.1, for documentation",
    "192.88.99.1, a 6to4 relay",
    "198.18.0.1, for benchmarks",
    "198.19.255.255, for benchmarks",
    "224.0.0.1, multicast",
    "239.255.255.255, multicast",
    "240.0.0.1, reserved",
    "255.255.255.255, broadcast",
    "::, unspecified",
    "::1, loopback",
    "::ffff:127.0.0.1, loopback",
    "::127.0.0.1, an IPv4-compatible form",
    "::ffff:0:8.8.8.8, an IPv4-translated form",
    "64:ff9b::8.8.8.8, NAT64",
    "64:ff9b:1::1, local-use NAT64",
    "2002:0808:0808::1, 6to4",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2, Teredo",
    "2001:db8::1, for documentation",
    "3fff::1, for documentation",
    "2001:2::1, for benchmarks",
    "2001:10::1, reserved",
    "100::1, a discard-only or dummy prefix",
    "5f00::1, a segment routing prefix",
    "fc00::1, a unique local address",
    "fd12:3456::1, a unique local address",
    "fd00:ec2::254, a cloud metadata address",
    "fe80::1, link-local",
    "fec0::1, site-local",
    "ff02::1, multicast",
    "4000::1, reserved"
  })
  void an_address_that_is_not_public_is_refused(String text, String reason) {
    assertThat(strict.refusalOf("host.example", address(text))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "[2606:4700::1]"
      })
  void a_public_address_is_allowed(String text) {
    assertThat(strict.refusalOf("host.example", address(text))).isNull();
  }

  @Test
  void a_mapped_address_that_comes_as_16_bytes_is_refused() {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xff;
    mapped[12] = mapped[13] = mapped[14] = mapped[15] = 8;

    assertThat(strict.refusalOf("host.example", mapped)).isEqualTo("an IPv4-mapped form");
  }

  @Test
  void networks_and_hosts_on_the_list_are_allowed() {
    var guard =
        new AddressGuard("allow", List.of("10.1.0.0/16", "fd00::/8", "127.0.0.1", "Files.local"));

    assertThat(guard.refusalOf("x", address("10.1.255.1"))).isNull();
    assertThat(guard.refusalOf("x", address("10.2.0.1"))).isEqualTo("private (RFC 1918)");
    assertThat(guard.refusalOf("x", address("fd00:ec2::254"))).isNull();
    assertThat(guard.refusalOf("x", address("127.0.0.1"))).isNull();
    assertThat(guard.refusalOf("x", address("127.0.0.2"))).isEqualTo("loopback");
    assertThat(guard.refusalOf("files.LOCAL.", address("192.168.0.1"))).isNull();
    assertThat(guard.refusalOf("evil.files.local", address("192.168.0.1")))
        .isEqualTo("private (RFC 1918)");
  }

  @Test
  void an_allowed_form_that_hides_an_ipv4_address_is_judged_by_that_address_too() {
    var guard =
        new AddressGuard(
            "allow", List.of("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"));

    assertThat(guard.refusalOf("x", address("64:ff9b::8.8.8.8"))).isNull();
    assertThat(guard.refusalOf("x", address("64:ff9b::127.0.0.1"))).isEqualTo("loopback");
    assertThat(guard.refusalOf("x", address("64:ff9b:1:7f00:0:100::"))).isEqualTo("loopback");
    assertThat(guard.refusalOf("x", address("2002:a00:1::1"))).isEqualTo("private (RFC 1918)");
    assertThat(guard.refusalOf("x", address("2001:0:808:808::80ff:fffe"))).isEqualTo("loopback");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "1", "0x7f.1", "a b", "", "*"})
  void an_entry_that_is_neither_network_nor_name_is_refused(String entry) {
    assertThatThrownBy(() -> new AddressGuard("fetch.allow-networks", List.of(entry)))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("fetch.allow-networks must hold");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "127.0.0.0x1",
        "127.0.0.1.",
        "1.2.3.4.5",
        "256.1.1.1",
        "evil.0x7f",
        "fe80::1%eth0",
        "[fe80::1%25eth0]",
        "[::1",
        "."
      })
  void an_odd_form_of_an_address_is_no_host(String host) {
    assertThat(AddressLiteral.isOdd(host)).isTrue();
    assertThat(AddressLiteral.parse(host)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "example.com.", "1.example", "0x7f.net", "a", "127.0.0.1"})
  void a_name_or_a_plain_address_is_a_host(String host) {
    assertThat(AddressLiteral.isOdd(host)).isFalse();
  }
}
