package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.kafka.TopicReport.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicsIT {
  @Test
  void names_each_problem_and_creates_what_is_missing() {
    String few = TestBroker.fresh("few");
    String wrong = TestBroker.fresh("wrong");
    String small = TestBroker.fresh("small");
    String missing = TestBroker.fresh("missing");
    List<WantedTopic> wanted =
        List.of(
            new WantedTopic(few, 3, Map.of("retention.ms", "7200000")),
            new WantedTopic(wrong, 1, Map.of("cleanup.policy", "compact,delete")),
            new WantedTopic(small, 1, Map.of("max.message.bytes", "2000000")),
            new WantedTopic(missing, 2, Map.of("cleanup.policy", "delete,compact")));
    try (var topics = new Topics(TestBroker.kafka())) {
      topics.create(
          List.of(
              new WantedTopic(few, 2, Map.of("retention.ms", "3600000")),
              new WantedTopic(wrong, 1, Map.of()),
              new WantedTopic(small, 1, Map.of("max.message.bytes", "1000"))),
          Optional.of((short) 1));

      assertThat(problems(topics, wanted))
          .isEqualTo(
              List.of(
                  new Problem.TooFewPartitions(few, 2, 3),
                  new Problem.WrongSetting(wrong, "cleanup.policy", "delete", "compact,delete"),
                  new Problem.WrongSetting(small, "max.message.bytes", "1000", "2000000"),
                  new Problem.Missing(missing)));

      topics.create(wanted, Optional.of((short) 1));

      assertThat(topics.check(wanted.subList(3, 4)))
          .isEqualTo(
              List.of(
                  new TopicReport(
                      wanted.get(3), 2, 1, Map.of("cleanup.policy", "delete,compact"))));
    }
  }

  private static List<Problem> problems(Topics topics, List<WantedTopic> wanted) {
    return topics.check(wanted).stream().flatMap(report -> report.problems().stream()).toList();
  }
}
