package dev.haul.cli;

import dev.haul.config.ConfigurationException;
import dev.haul.job.InvalidField;
import dev.haul.kafka.KafkaUnavailable;
import dev.haul.zoom.ZoomRefused;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code haul}. */
@Command(
    name = "haul",
    description = "Moves files: download jobs from Kafka, verified files and events out.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      WorkerCommand.class,
      DemoCommand.class,
      SubmitCommand.class,
      WatchCommand.class,
      CancelCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      TopicsCommand.class,
      KafkaCommand.class,
      OriginCommand.class,
      S3DoubleCommand.class,
      ZoomCommand.class,
      ZoomDoubleCommand.class,
      ChaosCommand.class,
      DeadCommand.class,
      ExplainCommand.class,
      TrainCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Haul implements Runnable {
  private static final Map<String, String> EXIT_CODES =
      CommandLine.Model.UsageMessageSpec.keyValuesMap(
          "0:all well",
          "1:a job or a check failed",
          "2:wrong usage or configuration",
          "3:Kafka cannot be reached",
          "130:interrupted");

  @Spec CommandSpec spec = CommandSpec.create();

  /** Says which Haul this is. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Haul.class.getPackage().getImplementationVersion();
      return new String[] {
        "haul " + (version == null ? "(not packaged)" : version), "Java ${java.version}"
      };
    }
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    String fault = Logging.fault();
    if (fault != null) {
      System.err.println("haul: " + fault);
      System.exit(ExitCode.USAGE);
    }
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    var line = new CommandLine(new Haul());
    line.setExecutionExceptionHandler((problem, at, parsed) -> explain(problem, at.getErr()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    configure(line);
    return line;
  }

  /** Gives every command the same help and version options and the list of exit codes. */
  private static void configure(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.mixinStandardHelpOptions(true);
    spec.versionProvider(new Version());
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(EXIT_CODES);
    line.getSubcommands().values().forEach(Haul::configure);
  }

  /** Turns what a command throws into a message and an exit code. */
  private static int explain(Exception problem, PrintWriter err) {
    return switch (problem) {
      case InvalidInput invalid -> {
        err.println(invalid.getMessage());
        yield ExitCode.USAGE;
      }
      case InvalidField invalid -> {
        Logging.warn(err, String.valueOf(invalid.getMessage()));
        yield ExitCode.USAGE;
      }
      case ConfigurationException invalid -> {
        Logging.warn(err, String.valueOf(invalid.getMessage()));
        yield ExitCode.USAGE;
      }
      case KafkaUnavailable unreachable -> {
        Logging.warn(err, String.valueOf(unreachable.getMessage()));
        yield ExitCode.UNREACHABLE;
      }
      case ZoomRefused refused -> {
        Logging.warn(err, String.valueOf(refused.getMessage()));
        yield ExitCode.FAILED;
      }
      default -> {
        Logging.warn(err, problem.toString());
        if (Logging.isVerbose()) {
          problem.printStackTrace(err);
        }
        yield ExitCode.FAILED;
      }
    };
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
