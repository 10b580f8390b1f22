package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.job.DownloadJob;
import dev.haul.kafka.JobPublisher;
import dev.haul.zoom.Selection;
import dev.haul.zoom.Webhook;
import dev.haul.zoom.WebhookPages;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Turns Zoom's events into jobs. */
@Command(
    name = "webhook",
    description = {
      "Takes Zoom's events of finished recordings and publishes a job for each file.",
      "Answers 200 only when Kafka has the jobs; what is not signed by Zoom is refused.",
      "Listens without TLS: put a reverse proxy with a certificate in front of it."
    })
final class ZoomWebhookCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin ZoomJobOptions jobOptions = new ZoomJobOptions();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      split = ",",
      description = "Only files of these types. All by default.")
  List<String> types = List.of();

  @Option(
      names = "--min-duration",
      paramLabel = "MINUTES",
      description = "Only meetings that took at least so long.")
  long minMinutes;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "The job topic. Default: the first of topics.jobs.")
  @Nullable String topic;

  @Override
  public Integer call() {
    Settings settings = options.load();
    StopSignal stop = StopSignal.install();
    String name = topic == null ? settings.topics().jobs().getFirst().topic() : topic;
    Vertx vertx = Vertx.vertx();
    try (var publisher = new JobPublisher(settings.kafka(), name)) {
      var webhook =
          new Webhook(
              vertx,
              settings.zoom().webhook(),
              System.getenv(),
              jobOptions.jobs(),
              selection(),
              jobs -> store(publisher, jobs),
              InstantSource.system());
      webhook.start().await();
      PrintWriter out = spec.commandLine().getOut();
      if (settings.admin().enabled()) {
        int port =
            WebhookPages.start(vertx, settings.admin().host(), settings.admin().port(), webhook)
                .await();
        out.printf("metrics and health at http://%s:%d%n", settings.admin().host(), port);
      }
      out.printf(
          "takes Zoom's events at http://%s:%d%s%n",
          settings.zoom().webhook().host(), webhook.actualPort(), settings.zoom().webhook().path());
      out.flush();
      int code = stop.await();
      webhook.close().await();
      return code;
    } finally {
      vertx.close().await();
    }
  }

  private Selection selection() {
    return new Selection(
        LocalDate.EPOCH, LocalDate.EPOCH, List.of(), new LinkedHashSet<>(types), minMinutes, false);
  }

  private static void store(JobPublisher publisher, List<DownloadJob> jobs) {
    Publication.of(publisher, jobs, _ -> {});
  }
}
