package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.SegmentPlan.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlowPiecesTest {
  private static final long MIB = 1 << 20;
  private static final long WINDOW = Duration.ofSeconds(5).toNanos();

  private final SegmentPlan plan =
      new SegmentPlan(4, 16 * MIB, List.of(new ByteRange(0, 1024 * MIB)));
  private final SlowPieces slow = new SlowPieces(Duration.ofNanos(WINDOW));
  private final List<Piece> pieces = new ArrayList<>();
  private long now = -WINDOW;

  private Piece piece() {
    Piece piece = plan.next();
    if (piece == null) {
      throw new AssertionError("the plan is exhausted");
    }
    pieces.add(piece);
    return piece;
  }

  /** A window in which each piece gets so many bytes, and what is found then. */
  private Piece window(long... received) {
    for (int i = 0; i < received.length; i++) {
      pieces.get(i).received(received[i]);
    }
    now += WINDOW;
    return slow.sample(pieces, now);
  }

  @Test
  void a_window_must_be_over() {
    assertThat(slow.isDue(0)).isTrue();
    slow.sample(pieces, 0);
    assertThat(slow.isDue(WINDOW - 1)).isFalse();
    assertThat(slow.isDue(WINDOW)).isTrue();
  }

  @Test
  void less_than_a_quarter_of_the_usual_speed_is_slow() {
    Piece first = piece();
    piece();
    piece();
    assertThat(window(1, 1, 1)).as("nothing has run for a window").isNull();
    assertThat(window(MIB, 4 * MIB, 4 * MIB)).isNull();
    assertThat(window(MIB - 1, 4 * MIB, 4 * MIB)).isSameAs(first);
  }

  @Test
  void of_two_the_faster_one_is_the_usual() {
    piece();
    Piece second = piece();
    window(0, 0);
    assertThat(window(4 * MIB, 0)).isSameAs(second);
  }

  @Test
  void one_alone_is_not_compared() {
    piece();
    window(0);
    assertThat(window(0)).isNull();
  }

  @Test
  void a_piece_that_began_within_the_window_is_not_judged() {
    piece();
    piece();
    window(0, 0);
    Piece late = piece();
    assertThat(window(4 * MIB, 4 * MIB, 0)).isNull();
    assertThat(window(4 * MIB, 4 * MIB, 0)).isSameAs(late);
  }

  @Test
  void a_piece_that_is_nearly_here_is_left_alone() {
    Piece first = piece();
    piece();
    window(first.left() - MIB, 0);
    assertThat(window(0, 8 * MIB)).isNull();
  }

  @Test
  void a_host_whose_connections_all_differ_is_left_alone_in_the_end() {
    piece();
    piece();
    window(0, 0);
    int found = 0;
    for (int i = 0; i < 30; i++) {
      found += window(0, MIB) == null ? 0 : 1;
    }
    assertThat(found).isEqualTo(16);
  }
}
