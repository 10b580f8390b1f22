package dev.haul.admin;

import dev.haul.job.InvalidField;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the API about dead letters. Reading them reads a topic, so that those who ask at the
 * same time share one answer. Belongs to one event loop.
 */
final class DeadDesk {
  private static final Logger LOG = LoggerFactory.getLogger(DeadDesk.class);
  private static final int LISTED = 200;
  private static final Set<String> FIELDS = Set.of("place", "code", "host", "all");

  private final Operator operator;
  private @Nullable Future<List<DeadJob>> reading;

  DeadDesk(Operator operator) {
    this.operator = operator;
  }

  /** Lists open letters, those that a filter leaves, and counts all of them. */
  void list(HttpServerRequest request) {
    var filter = new DeadFilter(null, request.getParam("code"), request.getParam("host"));
    read()
        .onSuccess(letters -> Answers.json(request, 200, json(letters, filter)))
        .onFailure(cause -> Answers.problem(request, 503, String.valueOf(cause.getMessage())));
  }

  private Future<List<DeadJob>> read() {
    Future<List<DeadJob>> shared = reading;
    if (shared == null) {
      shared = operator.dead();
      reading = shared;
      shared.onComplete(_ -> reading = null);
    }
    return shared;
  }

  private static JsonObject json(List<DeadJob> letters, DeadFilter filter) {
    var codes = new TreeMap<String, Object>();
    var hosts = new TreeMap<String, Object>();
    var lines = new JsonArray();
    int matching = 0;
    for (DeadJob letter : letters) {
      codes.merge(letter.code(), 1, DeadDesk::sum);
      if (letter.host() != null) {
        hosts.merge(letter.host(), 1, DeadDesk::sum);
      }
      if (filter.matches(letter.place(), letter.code(), letter.host())) {
        matching++;
        if (lines.size() < LISTED) {
          lines.add(letter.json());
        }
      }
    }
    return new JsonObject()
        .put("open", letters.size())
        .put("matching", matching)
        .put("codes", new JsonObject(codes))
        .put("hosts", new JsonObject(hosts))
        .put("letters", lines);
  }

  private static Object sum(Object one, Object other) {
    return (Integer) one + (Integer) other;
  }

  /**
   * Drives letters again.
   *
   * @throws InvalidField when the body does not say which
   */
  void redrive(HttpServerRequest request, JsonObject body) {
    DeadFilter filter = filter(body);
    operator
        .redrive(filter)
        .onSuccess(redriven -> {
          LOG.info("Told by the page to drive {} again: {}", filter, redriven.done());
          Answers.json(
              request,
              200,
              new JsonObject().put("redriven", redriven.done()).put("refused", redriven.refused()));
        })
        .onFailure(cause -> Answers.problem(request, 503, String.valueOf(cause.getMessage())));
  }

  private static DeadFilter filter(JsonObject body) {
    var fields = new TreeSet<>(body.fieldNames());
    boolean all = fields.contains("all");
    if (fields.isEmpty()
        || !FIELDS.containsAll(fields)
        || (fields.size() > 1 && (all || fields.contains("place")))) {
      throw new InvalidField(
          "body", fields.toString(), "must have place, or code and host or one of them, or all");
    }
    if (all && !Boolean.TRUE.equals(body.getValue("all"))) {
      throw new InvalidField("all", String.valueOf(body.getValue("all")), "must be true");
    }
    return all
        ? DeadFilter.ALL
        : new DeadFilter(optional(body, "place"), optional(body, "code"), optional(body, "host"));
  }

  private static @Nullable String optional(JsonObject body, String field) {
    return body.containsKey(field) ? Api.text(body, field) : null;
  }
}
