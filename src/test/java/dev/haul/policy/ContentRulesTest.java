package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.haul.job.DownloadJob;
import dev.haul.job.JobId;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRulesTest {
  private static ExpectedContent expected(
      ContentCheck check, String target, String url, @Nullable String media) {
    var job = DownloadJob.of(new JobId("job"), SourceUrl.parse(url), new Target(target));
    List<Media> more =
        media == null ? List.of() : Arrays.stream(media.split("\\|")).map(Media::parse).toList();
    return new ContentRules(check, List.of()).expected(job, job.url(), more);
  }

  private static ExpectedContent named(ContentCheck check, String target) {
    return expected(check, target, "https://h/", null);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Nested
  class The_type_of_an_answer {
    @ParameterizedTest
    @CsvSource({
      "a.mp4, text/html, expected mp4 but the answer is text/html",
      "a.MP4, Text/HTML; charset=utf-8, expected mp4 but the answer is text/html",
      "a.pdf, application/xhtml+xml, expected pdf but the answer is application/xhtml+xml",
      "a.tar.gz, text/html, expected gz but the answer is text/html",
      "a.mp4, video/mp4,",
      "a.mp4, application/octet-stream,",
      "a.mp4, ,",
      "a.mp4, nonsense,",
      "a.html, text/html,",
      "a.txt, text/html,",
      "a, text/html,",
      ".zip, text/html,",
      "dir.zip/a, text/html,"
    })
    void is_suspected_by_the_extension(
        String target, @Nullable String contentType, @Nullable String refusal) {
      assertThat(named(ContentCheck.HTML, target).refuseType(contentType))
          .isEqualTo(refusal == null ? null : refusal + ", perhaps the page of a log-in");
      assertThat(named(ContentCheck.NONE, target).refuseType(contentType)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"file, true", "file.bin, false", "file.html, false", "file.mp4, true"})
    void is_suspected_by_the_url_where_the_target_has_no_extension(String target, boolean refused) {
      String url = "https://h/path.d/video.mp4?x=.txt";

      assertThat(expected(ContentCheck.HTML, target, url, null).refuseType("text/html") != null)
          .isEqualTo(refused);
    }

    @ParameterizedTest
    @CsvSource({
      "video/*, video/mp4, ",
      "video/*|audio/mp4, AUDIO/mp4 ;x=1, ",
      "video/*, text/html, 'expected video/* but the answer is text/html, perhaps the page of a log-in'",
      "video/*|audio/*, application/json, expected video/* or audio/* but the answer is application/json",
      "video/*, , expected video/* but the answer is of no named type",
      "video/*, videos/mp4, expected video/* but the answer is videos/mp4",
      "video/*, <script>, expected video/* but the answer is of no named type",
      "text/html, text/html, "
    })
    void is_one_of_those_expected(
        String media, @Nullable String contentType, @Nullable String refusal) {
      for (ContentCheck check : ContentCheck.values()) {
        assertThat(expected(check, "a.mp4", "https://h/", media).refuseType(contentType))
            .isEqualTo(refusal);
      }
    }
  }

  @Nested
  class The_beginning_of_a_body {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "<!doctype html>",
          "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD\">",
          "<html>",
          "<HTML lang=en>",
          "\r\n\t  <html\n>",
          "\u00ef\u00bb\u00bf<!doctype html>"
        })
    void that_is_a_page_is_refused(String body) {
      assertThat(named(ContentCheck.HTML, "a.mp4").refuseOpening(latin1(body)))
          .isEqualTo("expected mp4 but the body is HTML, perhaps the page of a log-in");
      assertThat(
              expected(ContentCheck.HTML, "a", "https://h/", "text/vtt")
                  .refuseOpening(latin1(body)))
          .isEqualTo("expected text/vtt but the body is HTML, perhaps the page of a log-in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", "<htmlx>", "<xml>", "x<html>", "\u0000\u0000\u0000\u0018ftyp"})
    void that_is_no_page_is_not(String body) {
      assertThat(named(ContentCheck.HTML, "a.mp4").refuseOpening(latin1(body))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
      "HTML, a.mp4, , true",
      "NONE, a.mp4, , false",
      "NONE, a.mp4, video/mp4, false",
      "HTML, a.txt, , false",
      "HTML, a.txt, text/plain, true",
      "HTML, a.txt, text/*, false",
      "HTML, a.mp4, text/*, false",
      "MAGIC, a.mp4, text/*, true",
      "MAGIC, a.txt, , false"
    })
    void is_looked_at_where_there_is_something_to_find(
        ContentCheck check, String target, @Nullable String media, boolean looks) {
      assertThat(expected(check, target, "https://h/", media).looksAtOpening()).isEqualTo(looks);
    }

    @ParameterizedTest
    @CsvSource({
      "mp4, 0000001866747970",
      "m4a, 0000002066747970",
      "mov, 000000086d6f6f76",
      "webm, 1a45dfa3",
      "wav, 52494646",
      "mp3, 494433",
      "mp3, fffb90",
      "pdf, 255044462d312e37",
      "png, 89504e470d0a1a0a",
      "jpg, ffd8ffe0",
      "gif, 474946383961",
      "zip, 504b0304",
      "zip, 504b0506",
      "docx, 504b0304",
      "gz, 1f8b08",
      "xz, fd377a585a00",
      "zst, 28b52ffd",
      "7z, 377abcaf271c",
      "vtt, efbbbf574542565454",
      "iso, 00"
    })
    void is_that_of_its_kind_when_asked_for(String extension, String hex) {
      byte[] body = java.util.HexFormat.of().parseHex(hex);
      byte[] other = latin1("{\"error\": \"expired\"}");
      ExpectedContent magic = named(ContentCheck.MAGIC, "a." + extension);

      assertThat(magic.refuseOpening(body)).isNull();
      assertThat(magic.refuseOpening(other))
          .isEqualTo(
              extension.equals("iso")
                  ? null
                  : "expected " + extension + " but the body does not begin like one");
      assertThat(named(ContentCheck.HTML, "a." + extension).refuseOpening(other)).isNull();
    }
  }

  @Nested
  class A_host {
    @ParameterizedTest
    @CsvSource({
      "zoom.us=video/*, zoom.us, true",
      "ZOOM.us=video/*, zoom.us, true",
      "zoom.us=video/*, files.zoom.us, false",
      "*.zoom.us=video/*, files.zoom.us, true",
      "*.zoom.us=video/*, a.b.zoom.us, true",
      "*.zoom.us=video/*, zoom.us, false",
      "*.zoom.us=video/*, evilzoom.us, false",
      "[::1]=video/*, [::1], true"
    })
    void has_its_expectations(String expectation, String host, boolean expected) {
      var job =
          DownloadJob.of(
              new JobId("job"), SourceUrl.parse("https://" + host + "/f"), new Target("f"));
      var rules = new ContentRules(ContentCheck.HTML, List.of(Expectation.parse(expectation)));

      assertThat(rules.expected(job, job.url(), List.of()).refuseType("text/plain") != null)
          .isEqualTo(expected);
    }

    @Test
    void may_have_several_and_those_of_credentials() {
      var job = DownloadJob.of(new JobId("job"), SourceUrl.parse("https://h/f"), new Target("f"));
      var rules =
          new ContentRules(
              ContentCheck.HTML,
              List.of(Expectation.parse("h=video/mp4|text/vtt"), Expectation.parse("h=audio/*")));

      assertThat(rules.expected(job, job.url(), List.of(Media.parse("image/png"))).media())
          .extracting(Media::toString)
          .containsExactlyInAnyOrder("video/mp4", "text/vtt", "audio/*", "image/png");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"h", "=video/*", "h=", "h=video", "h=*/*", "h=a/b=c", "*=a/b", "h:1=a/b"})
    void is_written_in_one_form(String text) {
      assertThatIllegalArgumentException().isThrownBy(() -> Expectation.parse(text));
    }

    @Test
    void is_printed_as_it_is_read() {
      assertThat(Expectation.parse(" *.Example.com = Video/* | text/vtt"))
          .hasToString("*.example.com=video/*|text/vtt");
    }
  }
}
