package dev.haul.cli;

import dev.haul.kafka.JobNews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Shows a bar for each running job at the end of a terminal, and above them those that ended. */
final class BarView implements View {
  private static final Duration FRAME = Duration.ofMillis(100);
  private static final Duration RESIZE = Duration.ofSeconds(1);

  private final Board board;
  private final Screen screen;
  private final InstantSource clock;
  private final List<String> ended = new ArrayList<>();
  private Terminal terminal;
  private Instant nextFrame = Instant.MIN;
  private Instant nextResize;

  BarView(Board board, Terminal terminal, InstantSource clock) {
    this.board = board;
    this.terminal = terminal;
    this.clock = clock;
    this.screen = new Screen(terminal.out());
    this.nextResize = clock.instant().plus(RESIZE);
  }

  @Override
  public void took(JobNews news, String name) {
    if (news instanceof JobNews.Ended end) {
      ended.add(terminal.picture().ended(end, name));
    }
  }

  @Override
  public void refresh() {
    Instant now = clock.instant();
    if (now.isBefore(nextFrame)) {
      return;
    }
    nextFrame = now.plus(FRAME);
    if (!now.isBefore(nextResize)) {
      terminal = terminal.measured();
      nextResize = now.plus(RESIZE);
    }
    draw();
  }

  private void draw() {
    screen.draw(ended, terminal.picture().live(board));
    ended.clear();
  }

  @Override
  public void close() {
    draw();
    screen.close();
  }
}
