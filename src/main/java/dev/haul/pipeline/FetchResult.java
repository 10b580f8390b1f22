package dev.haul.pipeline;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** How an attempt to fetch ended. */
public sealed interface FetchResult {
  /** Body bytes received over the network. */
  long bytesTransferred();

  /**
   * All bytes were handed to the part, which now belongs to the receiver: publish or discard it.
   *
   * @param contentType as the server said, null when it did not, like {@code etag}
   */
  record Fetched(
      Part part, long bytesTransferred, @Nullable String contentType, @Nullable String etag)
      implements FetchResult {}

  record Failed(Failure failure, long bytesTransferred) implements FetchResult {}

  record Stopped(Stop reason, long bytesTransferred) implements FetchResult {}
}
