package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.DownloadJob;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SubmissionTest {
  @Command
  private static final class Options {
    @Mixin JobOptions jobs = new JobOptions();
  }

  private static Submission submit(String text, String... options) {
    var parsed = new Options();
    new CommandLine(parsed).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(options);
    return Submission.of(JobFile.read("jobs", text, null), parsed.jobs);
  }

  private static DownloadJob job(String text, String... options) {
    List<DownloadJob> jobs = submit(text, options).jobs();
    assertThat(jobs).hasSize(1);
    return jobs.getFirst();
  }

  @Test
  void a_job_without_an_id_gets_the_same_one_each_time() {
    String id = job("https://example.org/a.bin").id().value();
    assertThat(id).matches("[0-9a-f]{24}").isEqualTo(job("https://example.org/a.bin").id().value());
    assertThat(id).isNotEqualTo(job("https://example.org/a.bin?version=2").id().value());
    assertThat(id).isNotEqualTo(job("https://example.org/a.bin", "--target", "b.bin").id().value());
  }

  @Test
  void an_id_of_its_own_is_kept() {
    assertThat(job("{\"id\":\"mine\",\"url\":\"https://example.org/a\"}").id().value())
        .isEqualTo("mine");
  }

  @Test
  void options_fill_in_what_a_line_leaves_out() {
    DownloadJob job =
        job(
            "{\"url\":\"https://example.org/a.bin\",\"priority\":1,\"labels\":{\"x\":\"line\"}}",
            "--priority=9",
            "--tenant=team-a",
            "--label=x=option",
            "--label=y=option",
            "--if-exists=fail",
            "--max-attempts=2",
            "--size=7",
            "--mirror=https://m.example/a.bin");
    assertThat(job.priority()).isEqualTo(1);
    assertThat(job.tenant()).isEqualTo("team-a");
    assertThat(job.labels())
        .containsOnly(java.util.Map.entry("x", "line"), java.util.Map.entry("y", "option"));
    assertThat(job.ifExists()).hasToString("FAIL");
    assertThat(job.maxAttempts()).hasValue(2);
    assertThat(job.size()).hasValue(7);
    assertThat(job.mirrors()).hasToString("[https://m.example/a.bin]");
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/x/a.bin, 2026/11, 2026/11/example.org/a.bin",
    "https://example.org/x/a.bin, 2026/11/, 2026/11/example.org/a.bin",
    "'{\"url\":\"https://example.org/x\",\"target\":\"b.bin\"}', 2026, 2026/b.bin"
  })
  void a_prefix_is_a_folder_for_every_target(String line, String prefix, String target) {
    assertThat(job(line, "--target-prefix", prefix).target().path()).isEqualTo(target);
  }

  @Test
  void every_bad_line_is_named_with_its_field_and_rule() {
    assertThatThrownBy(() ->
            submit(
                """
                {"url":"ftp://example.org/a"}
                {"url":"https://example.org/b","size":-1}
                {"url":"https://example.org/c","target":"../c"}
                {"url":"https://example.org/d","colour":"red"}
                {"target":"e"}
                """))
        .isInstanceOf(InvalidInput.class)
        .message()
        .satisfies(message ->
            assertThat(message.lines())
                .satisfiesExactly(
                    line ->
                        assertThat(line)
                            .isEqualTo(
                                "jobs:1: url must have the scheme http or https but was 'ftp'"),
                    line ->
                        assertThat(line)
                            .isEqualTo(
                                "jobs:2: size must be a whole number from 0 to 9223372036854775807 but was -1"),
                    line ->
                        assertThat(line)
                            .isEqualTo(
                                "jobs:3: target must not hold the names . or .. but was '../c'"),
                    line -> assertThat(line).startsWith("jobs:4: colour "),
                    line -> assertThat(line).startsWith("jobs:5: url ")));
  }

  @Test
  void a_line_that_says_the_same_again_is_left_out() {
    Submission submission = submit("https://example.org/a\nhttps://example.org/a\n");
    assertThat(submission.jobs()).hasSize(1);
    assertThat(submission.repeated()).isEqualTo(1);
  }

  @Test
  void two_jobs_never_write_to_one_target() {
    assertThatThrownBy(() -> submit("https://example.org/a/x.bin\nhttps://example.org/b/x.bin\n"))
        .hasMessage("jobs:2: target 'example.org/x.bin' is that of jobs:1 too");
  }

  @Test
  void two_jobs_never_share_an_id() {
    assertThatThrownBy(() ->
            submit(
                """
                {"id":"a","url":"https://example.org/a"}
                {"id":"a","url":"https://example.org/b"}
                """))
        .hasMessage("jobs:2: id 'a' is that of jobs:1 too");
  }

  @Test
  void what_is_true_of_one_job_is_refused_for_several() {
    assertThatThrownBy(() -> submit("https://a.example/\nhttps://b.example/\n", "--size=7"))
        .hasMessage(
            "--id, --target, --checksum, --size and --mirror are for one job, but there are 2");
  }

  @Test
  void an_empty_list_is_an_error() {
    assertThatThrownBy(() -> submit("# nothing\n")).hasMessage("there is no job in the input");
  }
}
