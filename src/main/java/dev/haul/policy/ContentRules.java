package dev.haul.policy;

import dev.haul.job.DownloadJob;
import dev.haul.job.SourceUrl;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what the files of a worker must look like, so that the page of a log-in is not kept as a
 * video.
 *
 * @param expectations of hosts; a host may have several
 */
public record ContentRules(ContentCheck check, List<Expectation> expectations) {
  public ContentRules {
    expectations = List.copyOf(expectations);
  }

  /**
   * What a job must get from one of its sources, wherever that redirects to.
   *
   * @param more media types that are expected too
   */
  public ExpectedContent expected(DownloadJob job, SourceUrl source, List<Media> more) {
    List<Media> media = new ArrayList<>(more);
    for (Expectation expectation : expectations) {
      if (expectation.isFor(source.host())) {
        media.addAll(expectation.media());
      }
    }
    return ExpectedContent.of(check, extension(job), media);
  }

  /** That of the target; where it has none, that of the URL. */
  private static String extension(DownloadJob job) {
    String extension = extension(job.target().path());
    return extension.isEmpty() ? extension(job.url().decodedPath()) : extension;
  }

  private static String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? "" : name.substring(dot + 1);
  }
}
