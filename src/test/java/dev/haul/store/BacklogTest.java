package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog();

  @Test
  void is_full_from_its_mark_on_until_half_of_it_is_written() {
    backlog.add(Backlog.FULL - 1);
    assertThat(backlog.isFull()).isFalse();
    backlog.add(1);
    assertThat(backlog.isFull()).isTrue();

    assertThat(backlog.remove(Backlog.FULL - Backlog.ROOM - 1)).isFalse();
    assertThat(backlog.isFull()).isTrue();
    assertThat(backlog.remove(1)).isTrue();
    assertThat(backlog.isFull()).isFalse();
    assertThat(backlog.bytes()).isEqualTo(Backlog.ROOM);
  }

  @Test
  void reports_no_room_when_it_was_never_full() {
    backlog.add(Backlog.FULL - 1);

    assertThat(backlog.remove(Backlog.FULL - 1)).isFalse();
  }
}
