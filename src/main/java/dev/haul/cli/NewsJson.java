package dev.haul.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.kafka.JobNews;
import java.io.PrintStream;
import java.util.Locale;

/** Prints a JSON object a line for each event, for programs. What is unknown is left out. */
final class NewsJson implements View {
  private final PrintStream out;

  NewsJson(PrintStream out) {
    this.out = out;
  }

  @Override
  public void took(JobNews news, String name) {
    out.println(json(news));
  }

  static ObjectNode json(JobNews news) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("jobId", news.jobId().value());
    switch (news) {
      case JobNews.Progress progress -> {
        json.put("event", "progress").put("attempt", progress.attempt());
        json.put("bytes", progress.bytes());
        progress.totalBytes().ifPresent(total -> json.put("totalBytes", total));
        progress.bytesPerSecond().ifPresent(speed -> json.put("bytesPerSecond", Math.round(speed)));
        progress.etaSeconds().ifPresent(eta -> json.put("etaSeconds", Math.round(eta)));
        json.put("worker", progress.worker());
      }
      case JobNews.State change -> {
        json.put("event", "state").put("state", lower(change.state()));
        json.put("attempt", change.attempt());
        if (change.until() != null) {
          json.put("until", change.until().toString());
        }
        if (change.paused() != null) {
          json.put("paused", change.paused());
        }
        if (change.errorMessage() != null) {
          json.put("error", change.errorMessage());
        }
        json.put("worker", change.worker());
      }
      case JobNews.Ended end -> putEnd(json, end);
    }
    return json.put("at", news.at().toString());
  }

  private static void putEnd(ObjectNode json, JobNews.Ended end) {
    json.put("event", "ended").put("outcome", lower(end.outcome()));
    if (end.target() != null) {
      json.put("target", end.target());
    }
    if (end.location() != null) {
      json.put("location", end.location());
    }
    end.bytes().ifPresent(bytes -> json.put("bytes", bytes));
    json.put("attempts", end.attempts()).put("elapsedMillis", end.elapsedMillis());
    if (end.errorCode() != null) {
      json.putObject("error").put("code", end.errorCode()).put("message", end.errorMessage());
    }
    json.put("worker", end.worker());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void refresh() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
