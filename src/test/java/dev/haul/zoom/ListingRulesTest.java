package dev.haul.zoom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingRulesTest {

  @Nested
  class Windows {
    @Test
    void cover_each_day_once_and_none_is_longer_than_a_month() {
      LocalDate from = LocalDate.of(2025, 1, 31);
      LocalDate to = LocalDate.of(2026, 3, 15);

      List<DateWindow> windows = DateWindow.covering(from, to);

      LocalDate next = from;
      for (DateWindow window : windows) {
        assertThat(window.from()).isEqualTo(next);
        assertThat(window.to()).isBeforeOrEqualTo(window.from().plusMonths(1).minusDays(1));
        next = window.to().plusDays(1);
      }
      assertThat(next).isEqualTo(to.plusDays(1));
      assertThat(windows).hasSize(14);
    }

    @Test
    void of_one_day_are_one() {
      LocalDate day = LocalDate.of(2026, 2, 28);

      assertThat(DateWindow.covering(day, day)).containsExactly(new DateWindow(day, day));
    }

    @Test
    void do_not_end_before_they_begin() {
      assertThatThrownBy(
              () -> DateWindow.covering(LocalDate.of(2026, 2, 2), LocalDate.of(2026, 2, 1)))
          .isInstanceOf(InvalidField.class)
          .hasMessage("to must not be before from (2026-02-02) but was 2026-02-01");
    }
  }

  @Nested
  class A_uuid {
    @ParameterizedTest
    @CsvSource({
      "abc+/d==, abc%2B%2Fd%3D%3D",
      "/abc==, %252Fabc%253D%253D",
      "a//b==, a%252F%252Fb%253D%253D"
    })
    void is_encoded_twice_where_zoom_asks_for_it(String uuid, String encoded) {
      assertThat(ZoomApi.encodedUuid(uuid)).isEqualTo(encoded);
    }
  }

  @Nested
  class A_quota {
    @Test
    void is_not_exceeded_in_any_second() {
      var quota = new Quota(30, 20);
      long[] sent = new long[200];
      long now = 0;
      for (int i = 0; i < sent.length; i++) {
        for (long left = quota.take(RequestClass.MEDIUM, now);
            left > 0;
            left = quota.take(RequestClass.MEDIUM, now)) {
          now += left;
        }
        sent[i] = now;
      }
      for (int i = 20; i < sent.length; i++) {
        assertThat(sent[i] - sent[i - 20]).isGreaterThan(1_000_000_000);
      }
    }

    @Test
    void does_not_let_those_who_are_late_go_together() {
      var quota = new Quota(10, 10);
      quota.take(RequestClass.LIGHT, 0);
      long late = 60_000_000_000L;

      assertThat(quota.take(RequestClass.LIGHT, late)).isZero();
      assertThat(quota.take(RequestClass.LIGHT, late)).isEqualTo(125_000_000);
    }

    @Test
    void lets_nobody_through_while_zoom_asks_for_a_pause() {
      var quota = new Quota(30, 20);
      quota.holdBack(RequestClass.LIGHT, 5_000);

      assertThat(quota.take(RequestClass.LIGHT, 0)).isEqualTo(5_000);
      assertThat(quota.take(RequestClass.LIGHT, 5_000)).isZero();
      assertThat(quota.take(RequestClass.MEDIUM, 0)).isZero();
    }
  }
}
