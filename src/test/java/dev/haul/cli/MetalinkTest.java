package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.SourceUrl;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MetalinkTest {
  private static final String SHA256 = "ab".repeat(32);

  private static List<DownloadJob> jobs(String text) {
    return Submission.of(JobFile.read("list.meta4", text, null), new JobOptions()).jobs();
  }

  @Test
  void a_file_becomes_a_job_with_mirrors_size_and_the_strongest_digest() {
    List<DownloadJob> jobs =
        jobs(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <metalink xmlns="urn:ietf:params:xml:ns:metalink">
              <generator>any</generator>
              <file name="isos/example.iso">
                <size>14471447</size>
                <identity>Example</identity>
                <hash type="md5">00000000000000000000000000000000</hash>
                <hash type="sha-256">%s</hash>
                <pieces length="262144" type="sha-256"><hash>cd</hash></pieces>
                <url location="de" priority="2">https://second.example.org/example.iso</url>
                <url priority="1">https://first.example.org/example.iso</url>
                <url>ftp://old.example.org/example.iso</url>
                <url>http://last.example.org/example.iso</url>
              </file>
              <file name="b.txt"><url>https://example.org/b</url></file>
            </metalink>
            """
                .formatted(SHA256));

    assertThat(jobs).hasSize(2);
    DownloadJob first = jobs.getFirst();
    assertThat(first.url()).isEqualTo(SourceUrl.parse("https://first.example.org/example.iso"));
    assertThat(first.mirrors())
        .containsExactly(
            SourceUrl.parse("https://second.example.org/example.iso"),
            SourceUrl.parse("http://last.example.org/example.iso"));
    assertThat(first.target().path()).isEqualTo("isos/example.iso");
    assertThat(first.size()).isEqualTo(OptionalLong.of(14471447));
    assertThat(first.checksum()).isEqualTo(Checksum.parse("sha256:" + SHA256));
    assertThat(jobs.getLast().checksum()).isNull();
  }

  @Test
  void a_file_that_is_no_job_is_named_by_its_line() {
    assertThatThrownBy(() ->
            jobs(
                """
                <metalink xmlns="urn:ietf:params:xml:ns:metalink">
                  <file name="../x"><url>https://example.org/b</url></file>
                </metalink>
                """))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("list.meta4:2: target");
  }

  @Test
  void nothing_outside_the_file_is_read() {
    assertThatThrownBy(() ->
            jobs(
                """
                <?xml version="1.0"?>
                <!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]>
                <metalink xmlns="urn:ietf:params:xml:ns:metalink">
                  <file name="&x;"><url>https://example.org/b</url></file>
                </metalink>
                """))
        .isInstanceOf(InvalidInput.class);
  }

  @Test
  void what_is_no_xml_is_refused() {
    assertThatThrownBy(() -> jobs("<metalink><file>"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("must be Metalink 4 (RFC 5854)");
  }
}
