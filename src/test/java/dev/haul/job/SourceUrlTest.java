package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://example.com | http://example.com:80 | /",
        "http://example.com/ | http://example.com:80 | /",
        "HTTPS://Example.COM/A | https://example.com:443 | /A",
        "https://example.com:8443/a?b=c#d | https://example.com:8443 | /a?b=c",
        "https://example.com:/a | https://example.com:443 | /a",
        "https://example.com?b=c | https://example.com:443 | /?b=c",
        "https://example.com#d | https://example.com:443 | /",
        "https://my_bucket.example.com/a | https://my_bucket.example.com:443 | /a",
        "https://my_bucket.example.com:444/a | https://my_bucket.example.com:444 | /a",
        "https://_a/b | https://_a:443 | /b",
        "https://example.com./a | https://example.com.:443 | /a",
        "http://127.0.0.1:8080/a | http://127.0.0.1:8080 | /a",
        "http://[::1]/a | http://[::1]:80 | /a",
        "http://[2001:DB8::1]:81/a | http://[2001:db8::1]:81 | /a",
        "http://bücher.example/ü?ß=é | http://xn--bcher-kva.example:80 | /%C3%BC?%C3%9F=%C3%A9",
        "http://例え.テスト:81/ | http://xn--r8jz45g.xn--zckzah:81 | /",
        "http://h/a b.mp4 | http://h:80 | /a%20b.mp4",
        "http://h/{a}[1]^`\\?q={b}[2] | http://h:80 | /%7Ba%7D%5B1%5D%5E%60%5C?q=%7Bb%7D[2]",
        "http://h/a%20b%2Fc | http://h:80 | /a%20b%2Fc",
        "http://h/a/../b//c/. | http://h:80 | /a/../b//c/.",
        "http://h/e\u0301 | http://h:80 | /e%CC%81",
        "http://h/\uD83D\uDE00 | http://h:80 | /%F0%9F%98%80",
        "http://h/a@b:c | http://h:80 | /a@b:c",
      })
  void a_url_is_taken_apart(String text, String origin, String requestTarget) {
    SourceUrl url = SourceUrl.parse(text);
    assertThat(url.origin()).isEqualTo(origin);
    assertThat(url.requestTarget()).isEqualTo(requestTarget);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "example.com/a | url must be absolute, with a scheme and a host",
        "//example.com/a | url must be absolute, with a scheme and a host",
        "/a | url must be absolute, with a scheme and a host",
        "ftp://example.com/a | url must have the scheme http or https but was 'ftp'",
        "file:///etc/passwd | url must have the scheme http or https but was 'file'",
        "jar:http://h/a!/b | url must have the scheme http or https but was 'jar'",
        "http:example.com | url must have a host",
        "http:/example.com | url must have a host",
        "http:///a | url must have a host",
        "http://:80/a | url must have a valid host and port but was ':80'",
        "http://-a/ | url must have a valid host and port but was '-a'",
        "http://a%2eb/ | url must have a valid host and port but was 'a%2eb'",
        "http://a,b/ | url must have a valid host and port but was 'a,b'",
        "http://[fe80::1%25eth0]/ | url must have a valid host and port but was '[fe80::1%25eth0]'",
        "http://h:0/ | url must have a port from 1 to 65535 but was 0",
        "http://h:65536/ | url must have a port from 1 to 65535 but was 65536",
        "http://h:99999999999/ | url must have a valid host and port but was 'h:99999999999'",
        "http://h:x/ | url must have a valid host and port but was 'h:x'",
        "http://me:secret@h/ | url must not hold user info: use credentials",
        "http://me@h/ | url must not hold user info: use credentials",
        "http://me@my_bucket/ | url must not hold user info: use credentials",
        "http://@h/ | url must not hold user info: use credentials",
        "http://ü@h/ | url must not hold user info: use credentials",
        "http://h/100%.txt?secret | url must be a URL (RFC 3986): Malformed escape pair",
        "http://h/%zz | url must be a URL (RFC 3986): Malformed escape pair",
        "http://a b/ | url must be a URL (RFC 3986): Illegal character in authority",
        "http://ü:secret@h/ | url must not hold user info: use credentials",
        "http://h/\uD83D | url must be well-formed Unicode",
        "http://h/\u0007a | url must not hold control characters",
        "http://℀.example/ | url must have a valid host and port but was '℀.example'",
        "'' | url must have 1 to 8192 characters but was 0",
      })
  void others_are_refused(String text, String message) {
    assertThatThrownBy(() -> SourceUrl.parse(text))
        .isInstanceOf(InvalidField.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"8192, true", "8193, false"})
  void the_length_has_a_limit(int length, boolean fits) {
    String text = "http://h/" + "a".repeat(length - 9);
    if (fits) {
      assertThat(SourceUrl.parse(text).requestTarget()).hasSize(length - 8);
    } else {
      assertThatThrownBy(() -> SourceUrl.parse(text))
          .hasMessage("url must have 1 to 8192 characters but was 8193");
    }
  }

  @Test
  void no_query_is_shown() {
    SourceUrl url = SourceUrl.parse("HTTPS://My_Bucket:444/a b?X-Amz-Signature=secret#also");
    assertThat(url).hasToString("https://my_bucket:444/a%20b");
    assertThat(url.text()).isEqualTo("HTTPS://My_Bucket:444/a%20b?X-Amz-Signature=secret");
  }

  @Test
  void the_path_is_decoded_for_names() {
    assertThat(SourceUrl.parse("http://h/a%20b/%C3%BC").decodedPath()).isEqualTo("/a b/ü");
    assertThat(SourceUrl.parse("http://h").decodedPath()).isEmpty();
  }
}
