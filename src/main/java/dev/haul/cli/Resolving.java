package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.job.InvalidField;
import dev.haul.kafka.DeadLetters;
import dev.haul.kafka.Letter;
import dev.haul.kafka.Redrive;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * What {@code redrive} and {@code drop} have in common: which letters, how fast, and the output.
 */
final class Resolving {
  /** Letters in one transaction; a killed command leaves no more than these undecided. */
  private static final int BATCH = 100;

  private static final int MAX_RATE = 1_000_000;

  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin LetterFilter filter = new LetterFilter();

  @Option(names = "--all", description = "All open letters; needed where nothing else is named.")
  boolean all;

  @Option(names = "--dry-run", description = "Only show what would be done.")
  boolean dryRun;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "So many a second at most. Default: as fast as it goes.")
  @Nullable Integer rate;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who does it, for the record. Default: ${DEFAULT-VALUE}.")
  String by = System.getProperty("user.name", "unknown");

  @Option(names = "--json", description = "Print a JSON object for each letter.")
  boolean json;

  private final InstantSource clock = InstantSource.system();

  /** Makes of a letter what is to be published; null for nothing. */
  interface Remedy {
    /**
     * @throws InvalidField when this letter cannot be helped so
     */
    Redrive.@Nullable Job job(Letter letter, Settings settings);
  }

  /** Resolves the letters, a batch after the other. */
  int run(boolean redriven, Remedy remedy, CommandLine line) {
    Logging.quiet();
    if (filter.isEmpty() && !all) {
      throw new ParameterException(line, "name jobs, a filter or --all");
    }
    if (rate != null && (rate < 1 || rate > MAX_RATE)) {
      throw new InvalidField("--rate", rate, "must be from 1 to " + MAX_RATE);
    }
    Settings settings = options.load();
    if (dryRun) {
      return tellAll(orders(redriven, remedy, settings, line), line, "would be ");
    }
    StopSignal stop = StopSignal.install();
    try (var redrive = new Redrive(settings.kafka(), settings.topics())) {
      Orders orders = orders(redriven, remedy, settings, line);
      OptionalInt stopped = OptionalInt.empty();
      int done = 0;
      int batch = rate == null ? BATCH : Math.min(BATCH, rate);
      while (done < orders.good().size() && stopped.isEmpty()) {
        List<Redrive.Order> next =
            orders.good().subList(done, Math.min(orders.good().size(), done + batch));
        redrive.resolve(next);
        done += next.size();
        next.forEach(order -> tell(order, line.getOut(), ""));
        line.getOut().flush();
        stopped = stop.await(done == orders.good().size() ? Duration.ZERO : rest(next.size()));
      }
      summary(redriven ? "driven again" : "dropped", done, orders, line);
      return stopped.isPresent() && done < orders.good().size()
          ? stopped.getAsInt()
          : orders.exitCode();
    } catch (Redrive.Superseded e) {
      throw new InvalidInput("haul: " + e.getMessage() + "; nothing is lost or done twice");
    }
  }

  /** The letters that can be helped, and how many cannot. */
  private record Orders(List<Redrive.Order> good, int refused) {
    int exitCode() {
      return refused == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private Orders orders(boolean redriven, Remedy remedy, Settings settings, CommandLine line) {
    Instant now = clock.instant();
    List<Letter> open =
        DeadLetters.read(settings.kafka(), settings.topics()).stream()
            .filter(Letter::isOpen)
            .toList();
    List<Redrive.Order> good = new ArrayList<>();
    int refused = 0;
    for (Letter letter : filter.select(open, now)) {
      try {
        good.add(
            new Redrive.Order(
                letter, new Letter.Resolution(redriven, now, by), remedy.job(letter, settings)));
      } catch (InvalidField e) {
        refused++;
        line.getErr().println("haul: " + letter.jobId().value() + ": " + e.getMessage());
      }
    }
    line.getErr().flush();
    return new Orders(good, refused);
  }

  private int tellAll(Orders orders, CommandLine line, String would) {
    orders.good().forEach(order -> tell(order, line.getOut(), would));
    line.getOut().flush();
    return orders.exitCode();
  }

  private void tell(Redrive.Order order, PrintWriter out, String would) {
    Redrive.Job job = order.job();
    if (json) {
      ObjectNode object = LetterJson.json(order.letter().with(order.resolution()));
      object.put("dryRun", dryRun);
      if (job != null) {
        object.put("to", job.topic());
        if (!job.edits().isEmpty()) {
          object.put("edits", job.edits());
        }
      }
      out.println(object);
    } else {
      out.println(
          "%s%s %s%s%s"
              .formatted(
                  would,
                  order.resolution().word(),
                  order.letter().jobId().value(),
                  job == null ? "" : " to " + job.topic(),
                  job == null || job.edits().isEmpty() ? "" : " with " + job.edits()));
    }
  }

  private static void summary(String done, int count, Orders orders, CommandLine line) {
    PrintWriter err = line.getErr();
    err.printf(
        "haul: %d of %d %s%s%n",
        count,
        orders.good().size() + orders.refused(),
        done,
        count < orders.good().size() ? "; the same command goes on with the others" : "");
    err.flush();
  }

  private Duration rest(int sent) {
    return rate == null ? Duration.ZERO : Duration.ofMillis(1000L * sent / rate);
  }
}
