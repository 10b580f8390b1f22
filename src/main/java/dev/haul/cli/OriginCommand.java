package dev.haul.cli;

import dev.haul.origin.Faults;
import dev.haul.origin.Origin;
import dev.haul.origin.OriginSettings;
import dev.haul.origin.Parameter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The origin. */
@Command(
    name = "origin",
    abbreviateSynopsis = true,
    description = {
      "Serves made-up files over HTTP, with faults on demand, to test a set-up against.",
      "GET /file/NAME?size=1GiB&cut=50MiB*3 is a file of 1 GiB whose first three answers break off.",
      "Each option below is a parameter of URLs too; as an option it holds for all of them."
    },
    footer = {
      "",
      "VALUE*K holds for the first K requests of a path; an empty value in a URL takes an option",
      "back. Parameters that begin with x- mean nothing, others that are unknown are refused.",
      "",
      "/_haul/paths, /requests, /seconds and /connections tell what came and what was sent, as JSON;",
      "/_haul/sha256/file/NAME?... the digest; POST /_haul/release?path=/file/NAME ends a stall."
    })
final class OriginCommand implements Callable<Integer> {
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  String host = OriginSettings.LOCAL.host();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "0 for any free one. Default: ${DEFAULT-VALUE}.")
  int port = 8090;

  @Option(
      names = "--other-port",
      paramLabel = "PORT",
      description = "A second one, another origin to clients; 0 for any free one, as by default.")
  int otherPort;

  @Option(
      names = "--https-port",
      paramLabel = "PORT",
      description = "Listen for https too; 0 for any free one.")
  @Nullable Integer httpsPort;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description =
          "Where the certificate of https is written, to be trusted (fetch.tls-trust)."
              + " Default: ${DEFAULT-VALUE}.")
  Path certificate = Path.of("haul-origin.pem");

  /** Gives the command an option for each parameter. */
  @Spec
  void specify(CommandSpec command) {
    spec = command;
    int order = 0;
    for (Parameter.Group group : Parameter.Group.values()) {
      ArgGroupSpec.Builder options =
          ArgGroupSpec.builder()
              .heading("%n" + group.title() + "%n")
              .validate(false)
              .order(order++);
      for (Parameter parameter : Parameter.values()) {
        if (parameter.group() == group) {
          options.addArg(option(parameter));
        }
      }
      spec.addArgGroup(options.build());
    }
  }

  private static OptionSpec option(Parameter parameter) {
    return OptionSpec.builder("--" + parameter.key())
        .type(String.class)
        .paramLabel(parameter.shown())
        .description(parameter.meaning())
        .build();
  }

  private Faults faults() {
    Map<String, String> values = new LinkedHashMap<>();
    for (Parameter parameter : Parameter.values()) {
      String value = spec.findOption("--" + parameter.key()).getValue();
      if (value != null) {
        values.put(parameter.key(), value);
      }
    }
    return Faults.parse(values);
  }

  @Override
  public Integer call() throws IOException {
    Logging.quiet();
    OptionalInt https = httpsPort == null ? OptionalInt.empty() : OptionalInt.of(httpsPort);
    var settings = new OriginSettings(host, port, otherPort, https, faults());
    StopSignal stop = StopSignal.install();
    try (Origin origin = Origin.start(settings, InstantSource.system())) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("files are at " + origin.url("") + " and at " + origin.otherUrl(""));
      if (https.isPresent()) {
        Files.writeString(certificate, origin.certificate());
        out.println("and at " + origin.httpsUrl("") + " with the certificate " + certificate);
      }
      out.flush();
      return stop.await();
    }
  }
}
