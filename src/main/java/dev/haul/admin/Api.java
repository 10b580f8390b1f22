package dev.haul.admin;

import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is below {@code /api/v1/}, as openapi.json beside the page tells. Belongs to one event loop.
 */
final class Api {
  static final String ROOT = "/api/v1/";

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final String JOBS = "jobs/";
  private static final String CONTROL = "control";
  private static final String REDRIVE = "redrive";
  private static final int MOST_JOBS = 1_000;
  private static final int MAX_BODY = 4 << 10;
  private static final Set<String> SCOPES = Set.of("jobId", "host", "worker", "all");

  private final LiveBoard board;
  private final Operator operator;
  private final Access access;
  private final InstantSource clock;
  private final FleetWatch fleet;
  private final LiveStream stream;
  private final DeadDesk dead;
  private final Map<String, Handler<HttpServerRequest>> reading;

  Api(
      Vertx vertx,
      LiveBoard board,
      FleetFeed feed,
      Operator operator,
      Access access,
      InstantSource clock) {
    this.board = board;
    this.operator = operator;
    this.access = access;
    this.clock = clock;
    this.fleet = new FleetWatch(vertx, feed);
    this.stream = new LiveStream(vertx, this::picture);
    this.dead = new DeadDesk(operator);
    this.reading =
        Map.of(
            "dead", dead::list,
            "overview", request -> Answers.json(request, 200, board.overview(clock.instant())),
            "jobs", request -> Answers.json(request, 200, jobs(request)),
            "failures", request -> Answers.json(request, 200, failures()),
            "fleet", request -> Answers.json(request, 200, fleet.look()),
            "session", request -> Answers.json(request, 200, session(request)),
            "stream", this::watch);
  }

  void close() {
    fleet.close();
  }

  /** Answers a request whose path begins with {@link #ROOT}. */
  void answer(HttpServerRequest request) {
    String path = String.valueOf(request.path()).substring(ROOT.length());
    boolean isChange = path.equals(CONTROL) || path.equals(REDRIVE);
    Handler<HttpServerRequest> handler =
        path.startsWith(JOBS) ? this::job : isChange ? this::change : reading.get(path);
    if (handler == null) {
      Answers.problem(request, 404, "not found");
    } else if (isChange != HttpMethod.POST.equals(request.method())
        || !(isChange || Answers.READING.contains(request.method()))) {
      Answers.notAllowed(request, isChange ? "POST" : "GET, HEAD");
    } else {
      try {
        handler.handle(request);
      } catch (IllegalArgumentException e) {
        // Of a parameter, or of a query that cannot be decoded.
        Answers.problem(request, 400, String.valueOf(e.getMessage()));
      }
    }
  }

  private JsonObject picture() {
    return new JsonObject()
        .put("overview", board.overview(clock.instant()))
        .put("running", list(JobState.RUNNING, 100))
        .put("waiting", list(JobState.WAITING, 50))
        .put("failures", board.recentFailures());
  }

  private JsonArray list(JobState state, int most) {
    var lines = new JsonArray();
    board.jobs(state, most).forEach(job -> lines.add(job.json()));
    return lines;
  }

  private JsonObject jobs(HttpServerRequest request) {
    String state = request.getParam("state");
    String limit = request.getParam("limit", "100");
    if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) > MOST_JOBS) {
      throw new InvalidField("limit", limit, "must be from 0 to " + MOST_JOBS);
    }
    var lines = new JsonArray();
    board
        .jobs(state == null ? null : state(state), Integer.parseInt(limit))
        .forEach(job -> lines.add(job.json()));
    return new JsonObject().put("jobs", lines);
  }

  private static JobState state(String word) {
    for (JobState state : JobState.values()) {
      if (LiveBoard.word(state).equals(word)) {
        return state;
      }
    }
    throw new InvalidField("state", word, "must be queued, running or waiting");
  }

  private JsonObject failures() {
    return new JsonObject().put("failures", board.recentFailures());
  }

  private void job(HttpServerRequest request) {
    String id = String.valueOf(request.path()).substring((ROOT + JOBS).length());
    LiveJob job = JobId.isValid(id) ? board.job(new JobId(id)) : null;
    if (job == null) {
      Answers.problem(request, 404, "this worker does not have the job, or no longer");
    } else {
      Answers.json(request, 200, job.json());
    }
  }

  private JsonObject session(HttpServerRequest request) {
    return new JsonObject()
        .put("readOnly", access.isReadOnly())
        .put("mayChange", access.isKnown(request));
  }

  private void watch(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.HEAD)) {
      Answers.text(request, 200, LiveStream.TYPE, "");
    } else if (!stream.add(request.response())) {
      Answers.problem(request, 503, "too many are watching");
    }
  }

  private void change(HttpServerRequest request) {
    if (access.isReadOnly()) {
      Answers.problem(request, 403, "read-only: admin.token-file is not set");
    } else if (!access.isKnown(request)) {
      // Bearer alone: a browser would ask for a password in a window of its own.
      request.response().putHeader("WWW-Authenticate", "Bearer realm=\"haul\"");
      Answers.problem(request, 401, "the token is missing or wrong");
    } else if (Access.mayBeForeign(request)) {
      Answers.problem(request, 403, "the header " + Access.OWN_PAGE + " is missing");
    } else {
      Answers.body(request, MAX_BODY, body -> obey(request, body));
    }
  }

  private void obey(HttpServerRequest request, String body) {
    try {
      var json = new JsonObject(body);
      if (String.valueOf(request.path()).endsWith(REDRIVE)) {
        dead.redrive(request, json);
      } else {
        command(request, action(text(json, "action")), scope(json));
      }
    } catch (DecodeException | ClassCastException _) {
      Answers.problem(request, 400, "the body must be a JSON object");
    } catch (InvalidField e) {
      Answers.problem(request, 400, String.valueOf(e.getMessage()));
    }
  }

  private void command(HttpServerRequest request, Action action, ControlScope scope) {
    operator
        .control(action, scope)
        .onSuccess(_ -> {
          LOG.info("Told by the page to {} {}", action.wireName(), scope);
          Answers.json(request, 202, new JsonObject().put("told", action.wireName() + " " + scope));
        })
        .onFailure(cause -> Answers.problem(request, 503, String.valueOf(cause.getMessage())));
  }

  private static Action action(String word) {
    for (Action action : Action.values()) {
      if (action.wireName().equals(word)) {
        return action;
      }
    }
    throw new InvalidField("action", word, "must be cancel, pause or resume");
  }

  private static ControlScope scope(JsonObject json) {
    var fields = new TreeSet<>(json.fieldNames());
    fields.remove("action");
    if (fields.size() != 1 || !SCOPES.contains(fields.first())) {
      throw new InvalidField(
          "body", fields.toString(), "must have one of jobId, host, worker and all beside action");
    }
    return switch (fields.first()) {
      case "jobId" -> new ControlScope.Job(new JobId(text(json, "jobId")));
      case "host" -> ControlScope.Host.parse(text(json, "host").toLowerCase(Locale.ROOT));
      case "worker" -> new ControlScope.Worker(text(json, "worker"));
      default -> all(json);
    };
  }

  private static ControlScope all(JsonObject json) {
    if (!Boolean.TRUE.equals(json.getValue("all"))) {
      throw new InvalidField("all", String.valueOf(json.getValue("all")), "must be true");
    }
    return new ControlScope.All();
  }

  /**
   * @throws InvalidField when there is no text
   */
  static String text(JsonObject json, String field) {
    if (json.getValue(field) instanceof String text) {
      return text;
    }
    throw new InvalidField(field, String.valueOf(json.getValue(field)), "must be text");
  }
}
