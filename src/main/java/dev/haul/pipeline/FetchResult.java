package dev.haul.pipeline;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** How an attempt to fetch ended. */
public sealed interface FetchResult {
  /** Body bytes received over the network. */
  long bytesTransferred();

  /** The host of the source that served the file or failed last; null when none was asked. */
  @Nullable String host();

  /**
   * All bytes were handed to the part, which now belongs to the receiver: publish or discard it.
   *
   * @param contentType as the server said, null when it did not, like {@code etag}
   */
  record Fetched(
      Part part,
      long bytesTransferred,
      @Nullable String host,
      @Nullable String contentType,
      @Nullable String etag)
      implements FetchResult {
    public Fetched(
        Part part, long bytesTransferred, @Nullable String contentType, @Nullable String etag) {
      this(part, bytesTransferred, null, contentType, etag);
    }
  }

  record Failed(Failure failure, long bytesTransferred, @Nullable String host)
      implements FetchResult {
    public Failed(Failure failure, long bytesTransferred) {
      this(failure, bytesTransferred, null);
    }
  }

  record Stopped(Stop reason, long bytesTransferred) implements FetchResult {
    @Override
    public @Nullable String host() {
      return null;
    }
  }
}
