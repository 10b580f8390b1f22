package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.SegmentPlan.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentPlanTest {
  private static final long MIB = 1 << 20;

  private static SegmentPlan plan(int connections, long missingMib) {
    return new SegmentPlan(connections, 8 * MIB, List.of(new ByteRange(0, missingMib * MIB)));
  }

  @ParameterizedTest
  @CsvSource({
    // connections, missing MiB, size of the first piece in MiB
    "4, 1024, 64",
    "4, 256, 32",
    "4, 100, 12",
    "4, 64, 8",
    "4, 20, 8",
    "4, 15, 15",
    "4, 3, 3",
    "2, 100, 25",
    "1, 100, 50",
  })
  void pieces_are_a_share_of_what_is_missing(int connections, long missing, long expected) {
    Piece piece = plan(connections, missing).next();

    assertThat(piece).isNotNull();
    assertThat(piece.left() / MIB).isEqualTo(expected);
  }

  @Test
  void the_front_comes_first_and_what_was_given_back_again() {
    SegmentPlan plan = plan(4, 1024);
    Piece first = plan.next();
    Piece second = plan.next();
    first.received(10 * MIB);
    plan.end(first);
    Piece again = plan.next();

    assertThat(second.at()).isEqualTo(64 * MIB);
    assertThat(again.at()).isEqualTo(10 * MIB);
    assertThat(again.to()).isEqualTo(64 * MIB);
  }

  @Test
  void the_tail_is_split_until_it_is_not_worth_it() {
    SegmentPlan plan = plan(4, 8);
    Piece whole = plan.next();
    Piece half = plan.next();
    Piece quarter = plan.next();

    assertThat(whole.to()).isEqualTo(2 * MIB);
    assertThat(half.at()).isEqualTo(4 * MIB);
    assertThat(quarter.at()).isEqualTo(2 * MIB);
    assertThat(plan.next()).isNotNull();
    whole.received(2 * MIB);
    half.received(MIB + 1);
    quarter.received(MIB + 1);
    assertThat(plan.isDone()).isFalse();
  }

  /** Connections of different speed, some of which die: each byte comes once, and none waits. */
  @Test
  void whatever_happens_every_byte_comes_once_and_the_connections_end_together() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int connections = 1 + random.nextInt(8);
      long size = (1 + random.nextInt(500)) * MIB + random.nextInt(1000);
      var plan = new SegmentPlan(connections, 8 * MIB, List.of(new ByteRange(0, size)));
      var came = new Ranges();
      List<Piece> running = new ArrayList<>();
      long received = 0;
      int idleWhileMuchIsLeft = 0;
      while (!plan.isDone()) {
        while (running.size() < connections) {
          Piece piece = plan.next();
          if (piece == null) {
            break;
          }
          running.add(piece);
        }
        if (running.size() < connections && running.stream().anyMatch(it -> it.left() > 2 * MIB)) {
          idleWhileMuchIsLeft++;
        }
        Piece piece = running.get(random.nextInt(running.size()));
        long bytes = Math.min(piece.left(), 1 + random.nextInt(3 << 20));
        came.add(piece.at(), piece.at() + bytes);
        piece.received(bytes);
        received += bytes;
        if (piece.left() == 0 || random.nextInt(20) == 0) {
          running.remove(piece);
          plan.end(piece);
        }
      }
      assertThat(received).as("seed %d", seed).isEqualTo(size);
      assertThat(came.gaps(size)).as("seed %d", seed).isEmpty();
      assertThat(idleWhileMuchIsLeft).as("seed %d", seed).isZero();
    }
  }
}
