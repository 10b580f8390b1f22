package dev.haul.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The answer to whether all is well: a line for each check, and whether any is down. */
record HealthPage(boolean isUp, JsonObject json) {

  static HealthPage of(List<HealthCheck> checks) {
    var lines = new JsonArray();
    boolean up = true;
    for (HealthCheck check : checks) {
      Optional<String> problem = ask(check);
      up &= problem.isEmpty();
      var line = new JsonObject().put("name", check.name()).put("status", word(problem.isEmpty()));
      problem.ifPresent(reason -> line.put("reason", reason));
      lines.add(line);
    }
    return new HealthPage(up, new JsonObject().put("status", word(up)).put("checks", lines));
  }

  /** A check that cannot answer is down: the page must come all the same. */
  private static Optional<String> ask(HealthCheck check) {
    try {
      return check.problem();
    } catch (RuntimeException e) {
      return Optional.of("the check failed: " + e.getClass().getSimpleName());
    }
  }

  private static String word(boolean up) {
    return up ? "up" : "down";
  }
}
