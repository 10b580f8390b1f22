package dev.haul.zoom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTemplateTest {
  private static final Instant START = Instant.parse("2026-11-22T09:00:05Z");

  private static RecordingFile file(String id) {
    return new RecordingFile(
        "uuid==", id, "MP4", "MP4", "gallery_view", "completed", START, OptionalLong.of(1), "u");
  }

  private static Meeting meeting(String topic) {
    return new Meeting("uuid==", "81234567890", topic, START, 30, "host@example.com", List.of());
  }

  private static String target(String template, String topic) {
    return TargetTemplate.parse(template).target(meeting(topic), file("f-1")).path();
  }

  private static String folder(String topic) {
    return target("{topic}/{id}", topic).replaceFirst("/.*", "");
  }

  @Nested
  class A_target {
    @Test
    void is_filled_in_and_ends_in_digits_of_its_file() {
      assertThat(target(TargetTemplate.DEFAULT, "Weekly"))
          .matches("2026/11/Weekly/2026-11-22T090005Z-gallery_view-[0-9a-f]{8}\\.mp4");
    }

    @Test
    void has_no_digits_where_the_template_names_the_id() {
      assertThat(target("{host}/{number}/{id}.{ext}", "Weekly"))
          .isEqualTo("host@example.com/81234567890/f-1.mp4");
    }

    @Test
    void is_that_of_no_other_file_whatever_the_topics() {
      TargetTemplate template = TargetTemplate.parse(TargetTemplate.DEFAULT);
      Set<String> targets = new HashSet<>();
      for (String topic : List.of("a/b", "a\\b", "A_b", "a_b", "a_b.", " a_b")) {
        for (int i = 0; i < 50; i++) {
          String path = template.target(meeting(topic), file(topic + i)).path();
          assertThat(targets.add(path.toLowerCase(Locale.ROOT))).as(path).isTrue();
        }
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"{tpoic}/{id}", "/{id}", "{id}/", "a//{id}", "../{id}", ".haul/{id}", ""})
    void is_refused_where_the_template_makes_no_path(String template) {
      assertThatThrownBy(() -> TargetTemplate.parse(template))
          .isInstanceOf(InvalidField.class)
          .hasMessageStartingWith("template ");
    }
  }

  @Nested
  class A_topic {
    @ParameterizedTest
    @CsvSource({
      "週次：進捗, 週次：進捗",
      "Sprint 🚀👩‍💻, Sprint 🚀👩‍💻",
      "Q3/Q4: a\\b?, Q3_Q4_ a_b_",
      "Ends with dots..., Ends with dots",
      ".hidden, hidden",
      "CON, _CON",
      "nul.txt, _nul.txt",
      "com1 .mp4, _com1 .mp4",
      "'..', untitled",
      "'', untitled",
      "../../etc/passwd, _.._etc_passwd",
      "'  many   spaces  ', many spaces",
    })
    void becomes_a_name_that_every_file_system_takes(String topic, String name) {
      assertThat(folder(topic)).isEqualTo(name);
    }

    @Test
    void loses_what_nobody_sees() {
      assertThat(folder("Evil \u202egpj.exe\u0007\u200b\ufeff\ud800")).isEqualTo("Evil gpj.exe");
    }

    @Test
    void is_composed() {
      assertThat(folder("Cafe\u0301")).isEqualTo("Caf\u00e9");
    }

    @Test
    void is_cut_between_characters() {
      String family = "👨‍👩‍👧‍👦";

      assertThat(folder("あ".repeat(300))).isEqualTo("あ".repeat(40));
      assertThat(folder(family.repeat(30))).isEqualTo(family.repeat(4));
    }

    @Test
    void of_any_kind_makes_a_valid_target() {
      long seed = System.nanoTime();
      var random = new Random(seed);
      TargetTemplate template = TargetTemplate.parse("{topic}/{topic}{topic}-{topic}.{ext}");
      for (int i = 0; i < 2000; i++) {
        var topic = new StringBuilder();
        int length = random.nextInt(320);
        for (int c = 0; c < length; c++) {
          topic.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000));
        }

        String path = template.target(meeting(topic.toString()), file("f" + i)).path();

        assertThat(path.getBytes(StandardCharsets.UTF_8).length)
            .as("seed %d", seed)
            .isLessThan(1025);
        for (String name : path.split("/", -1)) {
          assertThat(name).as("seed %d", seed).doesNotStartWith(".").doesNotEndWith(" ");
          assertThat(Normalizer.isNormalized(name, Normalizer.Form.NFC))
              .as("seed %d", seed)
              .isTrue();
        }
      }
    }
  }
}
