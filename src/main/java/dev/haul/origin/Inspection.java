package dev.haul.origin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.job.InvalidField;
import java.util.HexFormat;
import java.util.List;

/** The pages about the origin itself. */
final class Inspection {
  private static final String PAGES = "/_haul/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Faults defaults;
  private final Answers answers;
  private final RequestLog log;
  private final Gates gates;

  Inspection(Faults defaults, Answers answers, RequestLog log, Gates gates) {
    this.defaults = defaults;
    this.answers = answers;
    this.log = log;
    this.gates = gates;
  }

  Answer answer(RequestHead request) {
    String page = request.path().startsWith(PAGES) ? request.path().substring(PAGES.length()) : "";
    try {
      return switch (page) {
        case "paths" -> json(log.paths());
        case "requests" -> json(log.requests());
        case "seconds" -> json(log.seconds());
        case "connections" -> json(log.connections());
        case "reset" -> reset(request);
        case "release" -> release(request);
        default ->
            page.startsWith("sha256/file/")
                ? sha256(request, page.substring("sha256".length()))
                : Answers.text(404, "Files are below " + Origin.FILES + ": see docs/origin.md\n");
      };
    } catch (InvalidField e) {
      return Answers.text(400, e.getMessage() + "\n");
    }
  }

  private Answer reset(RequestHead request) {
    if (!request.method().equals("POST")) {
      return Answers.text(405, "POST forgets all requests\n");
    }
    log.reset(System.nanoTime());
    return Answers.text(200, "all requests are forgotten\n");
  }

  private Answer release(RequestHead request) {
    String path = request.parameters().getOrDefault("path", "");
    if (!request.method().equals("POST") || path.isEmpty()) {
      return Answers.text(405, "POST with ?path=/file/... lets stalled answers go on\n");
    }
    gates.release(path);
    return Answers.text(200, path + " is released\n");
  }

  /** The digest of what the next request would get, as sha256sum prints it. */
  private Answer sha256(RequestHead request, String path) {
    int number = log.count(path) + 1;
    Faults faults = Faults.parse(request.parameters()).over(defaults).at(number);
    byte[] digest = answers.sha256(path, faults, number);
    return Answers.text(200, HexFormat.of().formatHex(digest) + "  " + path + "\n");
  }

  private static Answer json(Object value) {
    try {
      return Answer.text(
          200,
          List.of(new Header("Content-Type", "application/json")),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records can be written as JSON", e);
    }
  }
}
