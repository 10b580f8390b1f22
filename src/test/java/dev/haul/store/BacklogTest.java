package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog(100);

  @Test
  void is_full_from_its_limit_on_until_half_of_it_is_written() {
    backlog.add(99);
    assertThat(backlog.isFull()).isFalse();
    backlog.add(1);
    assertThat(backlog.isFull()).isTrue();

    assertThat(backlog.remove(49)).isFalse();
    assertThat(backlog.isFull()).isTrue();
    assertThat(backlog.remove(1)).isTrue();
    assertThat(backlog.isFull()).isFalse();
    assertThat(backlog.bytes()).isEqualTo(50);
  }

  @Test
  void reports_no_room_when_it_was_never_full() {
    backlog.add(99);

    assertThat(backlog.remove(99)).isFalse();
  }

  @Test
  void another_limit_never_takes_the_report_away_that_somebody_waits_for() {
    backlog.add(100);
    backlog.limit(1000);
    backlog.add(1);
    assertThat(backlog.isFull()).isTrue();
    assertThat(backlog.remove(1)).isTrue();

    backlog.limit(10);
    backlog.add(1);
    assertThat(backlog.isFull()).isTrue();
    assertThat(backlog.remove(95)).isFalse();
    assertThat(backlog.remove(6)).isTrue();
  }
}
