package dev.haul.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where {@code submit} takes jobs from: arguments, files and standard input. */
final class JobSources {
  private static final String STANDARD_INPUT = "-";

  @Parameters(paramLabel = "URL", arity = "0..*", description = "What to download; - reads a list.")
  List<String> urls = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A list of jobs; - is standard input.")
  List<String> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Of the lists: ${COMPLETION-CANDIDATES}. Default: told by the first line.")
  @Nullable JobFormat format;

  /**
   * Reads them all.
   *
   * @throws InvalidInput when a file or a line cannot be read
   */
  List<JobLine> lines(InputStream standardInput) {
    var lines = new ArrayList<JobLine>();
    for (String url : urls) {
      if (url.equals(STANDARD_INPUT)) {
        lines.addAll(list(url, standardInput));
      } else {
        lines.add(new JobLine(shown(url), JsonNodeFactory.instance.objectNode().put("url", url)));
      }
    }
    files.forEach(file -> lines.addAll(list(file, standardInput)));
    return lines;
  }

  private List<JobLine> list(String file, InputStream standardInput) {
    boolean isStandardInput = file.equals(STANDARD_INPUT);
    String name = isStandardInput ? "standard input" : file;
    try {
      byte[] bytes =
          isStandardInput ? standardInput.readAllBytes() : Files.readAllBytes(Path.of(file));
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JobFile.read(name, text, format);
    } catch (CharacterCodingException e) {
      throw new InvalidInput(name + ": must be UTF-8");
    } catch (IOException e) {
      throw new InvalidInput(name + ": cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** A URL without its query, which may be a secret. */
  private static String shown(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}
