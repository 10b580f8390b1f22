package dev.haul.origin;

import dev.haul.job.InvalidField;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.InstantSource;

/** A connection: answers one request after another. */
final class Visit {
  private final Faults defaults;
  private final Answers answers;
  private final Limits limits;
  private final Gates gates;
  private final RequestLog log;
  private final Inspection inspection;
  private final InstantSource clock;

  Visit(
      Faults defaults,
      Answers answers,
      Limits limits,
      Gates gates,
      RequestLog log,
      Inspection inspection,
      InstantSource clock) {
    this.defaults = defaults;
    this.answers = answers;
    this.limits = limits;
    this.gates = gates;
    this.log = log;
    this.inspection = inspection;
    this.clock = clock;
  }

  /**
   * Serves a connection until one side closes it.
   *
   * @throws IOException when the client is gone or speaks no HTTP, or the origin is closed
   */
  void serve(Socket socket, int port) throws IOException {
    long connection = log.connected(socket.getLocalAddress().getHostAddress());
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean goesOn = true;
      while (goesOn) {
        RequestHead request = RequestHead.read(in);
        goesOn =
            request != null
                && (request.path().startsWith(Origin.FILES)
                    ? file(request, port, connection, socket, in, out)
                    : page(request, out));
      }
    } finally {
      log.disconnected();
    }
  }

  private boolean page(RequestHead request, OutputStream out) throws IOException {
    Answer answer = inspection.answer(request);
    out.write(WireForm.of(answer, request, Faults.NONE).head());
    if (!request.isHead()) {
      out.write(answer.body());
    }
    return !request.isLast() && request.method().matches("GET|HEAD");
  }

  private boolean file(
      RequestHead request,
      int port,
      long connection,
      Socket socket,
      BufferedInputStream in,
      OutputStream out)
      throws IOException {
    RequestLog.Entry entry = log.began(request, port, connection, System.nanoTime());
    try {
      Faults faults = Faults.NONE;
      Answer answer;
      try {
        faults = Faults.parse(request.parameters()).over(defaults).at(entry.number());
        if (faults.on(Parameter.DROP)) {
          return false;
        }
        gates.pause(faults.duration(Parameter.LATENCY).toNanos());
        boolean isTooMuch = limits.exceeds(request, faults, System.nanoTime());
        answer = answers.decide(request, faults, entry.number(), isTooMuch, clock.instant());
      } catch (InvalidField e) {
        answer = Answers.text(400, e.getMessage() + "\n");
      }
      return new Delivery(socket, in, out, request, faults, log, entry, gates).send(answer);
    } finally {
      log.ended(entry);
    }
  }
}
