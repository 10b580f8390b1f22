package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.JobId;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StandingCommandsTest {
  private static final ControlScope.Worker SELF = new ControlScope.Worker("w1");
  private static final DownloadJob JOB =
      DownloadJob.of(
          new JobId("a"), SourceUrl.parse("https://Origin.test:8443/f"), new Target("f"));

  private final StandingCommands commands = new StandingCommands(SELF);

  /** A command such as {@code pause host origin.test}, the n-th of a test at the n-th second. */
  private static ControlCommand command(String text, int second) {
    String[] words = text.split(" ", -1);
    ControlScope scope =
        switch (words[1]) {
          case "job" -> new ControlScope.Job(new JobId(words[2]));
          case "host" -> new ControlScope.Host(words[2]);
          case "worker" -> new ControlScope.Worker(words[2]);
          default -> new ControlScope.All();
        };
    Action action = Action.valueOf(words[0].toUpperCase(Locale.ROOT));
    return new ControlCommand(action, scope, at(second));
  }

  private static Instant at(int second) {
    return Instant.ofEpochSecond(second);
  }

  private void take(String given) {
    String[] all = given.isEmpty() ? new String[0] : given.split(", ", -1);
    for (int i = 0; i < all.length; i++) {
      commands.take(command(all[i], i + 1));
    }
  }

  static Stream<Arguments> pauses() {
    return Stream.of(
        arguments("", null),
        arguments("pause job a", "job a"),
        arguments("pause job b", null),
        arguments("pause host origin.test", "host origin.test"),
        arguments("pause host other.test", null),
        arguments("pause worker w1", "worker w1"),
        arguments("pause worker w2", null),
        arguments("pause all", "all jobs"),
        // The narrowest is told.
        arguments("pause all, pause host origin.test, pause job a", "job a"),
        arguments("pause all, pause host origin.test", "host origin.test"),
        // A resume takes back a pause of its own scope, and no other.
        arguments("pause job a, resume job a", null),
        arguments("resume job a, pause job a", "job a"),
        arguments("pause job a, resume job a, pause job a", "job a"),
        arguments("pause job a, resume all", "job a"),
        arguments("pause all, resume job a", "all jobs"),
        arguments("pause host origin.test, pause all, resume all", "host origin.test"),
        arguments("pause worker w1, resume worker w2", "worker w1"),
        // A cancel takes back the pause of its job, whose key it has; elsewhere it does not.
        arguments("pause job a, cancel job a", null),
        arguments("pause host origin.test, cancel host origin.test", "host origin.test"),
        arguments("pause all, cancel all", "all jobs"));
  }

  @ParameterizedTest
  @MethodSource("pauses")
  void a_job_is_paused_by_what_was_said_last_of_each_scope(String given, String scope) {
    take(given);
    ControlScope pause = commands.pauseOf(JOB);
    assertThat(pause == null ? null : pause.toString()).isEqualTo(scope);
  }

  static Stream<Arguments> cancels() {
    return Stream.of(
        arguments("", 0, null),
        arguments("cancel job a", 0, "job a"),
        arguments("cancel job a", 1, "job a"),
        arguments("cancel job a", 2, null),
        arguments("cancel job b", 0, null),
        arguments("cancel host origin.test", 1, "host origin.test"),
        arguments("cancel host origin.test", 2, null),
        arguments("cancel host other.test", 0, null),
        arguments("cancel all", 1, "all jobs"),
        arguments("cancel all", 2, null),
        // The jobs of a worker are those that it has when it is told.
        arguments("cancel worker w1", 0, null),
        // Said again it reaches further.
        arguments("cancel all, cancel all", 2, "all jobs"),
        arguments("cancel job a, cancel all", 2, "all jobs"),
        // For one job the last word counts; the jobs of a host stay cancelled.
        arguments("cancel job a, resume job a", 0, null),
        arguments("cancel job a, pause job a", 0, null),
        arguments("cancel host origin.test, resume host origin.test", 1, "host origin.test"),
        arguments("cancel host origin.test, pause host origin.test", 1, "host origin.test"),
        arguments("cancel all, resume all", 1, "all jobs"),
        // A pause is no cancel.
        arguments("pause job a, pause host origin.test, pause all", 0, null));
  }

  @ParameterizedTest
  @MethodSource("cancels")
  void a_job_that_comes_is_cancelled_unless_it_is_younger(
      String given, int published, String scope) {
    take(given);
    ControlScope cancel = commands.cancelOf(JOB, at(published));
    assertThat(cancel == null ? null : cancel.toString()).isEqualTo(scope);
  }

  static Stream<Arguments> concerns() {
    return Stream.of(
        arguments("cancel job a", true),
        arguments("cancel job A", false),
        arguments("pause host origin.test", true),
        arguments("pause host test", false),
        arguments("cancel worker w1", true),
        arguments("cancel worker w2", false),
        arguments("resume all", true));
  }

  @ParameterizedTest
  @MethodSource("concerns")
  void a_command_concerns_the_jobs_of_its_scope(String given, boolean concerned) {
    assertThat(commands.concerns(command(given, 1), JOB)).isEqualTo(concerned);
  }

  @Test
  void the_oldest_commands_are_forgotten_when_there_are_too_many() {
    take("pause job a, pause all");
    for (int i = 1; i < StandingCommands.MOST; i++) {
      commands.take(command("cancel job j" + i, 3));
    }
    assertThat(commands.pauseOf(JOB)).isEqualTo(new ControlScope.All());

    take("pause all");
    commands.take(command("cancel job one-more", 3));

    assertThat(commands.pauseOf(JOB)).isEqualTo(new ControlScope.All());
    assertThat(commands.cancelOf(job("j1"), at(0))).isNull();
    assertThat(commands.cancelOf(job("j2"), at(0))).isNotNull();
  }

  private static DownloadJob job(String id) {
    return DownloadJob.of(new JobId(id), JOB.url(), JOB.target());
  }
}
