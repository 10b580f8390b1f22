package dev.haul.fetch;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** What the head of an answer means for the transfer. */
sealed interface Verdict {
  /**
   * The body is the file.
   *
   * @param length of the body in bytes, -1 when the server did not say
   * @param framed whether the end of the body can be told from a connection that broke
   */
  record Accept(long length, boolean framed, @Nullable String contentType, @Nullable String etag)
      implements Verdict {}

  record Redirect(@Nullable String location) implements Verdict {}

  record Reject(Failure failure) implements Verdict {}
}
