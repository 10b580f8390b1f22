package dev.haul.fetch;

import dev.haul.job.Failure;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Validator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the head of an answer means for the transfer. */
sealed interface Verdict {
  /**
   * The body is the file.
   *
   * @param length of the body in bytes, -1 when the server did not say
   * @param framed whether the end of the body can be told from a connection that broke
   * @param validator by which the rest can be asked for, null when there is none
   * @param digests that the server tells of the body
   */
  record Accept(
      long length,
      boolean framed,
      @Nullable String contentType,
      @Nullable String etag,
      @Nullable Validator validator,
      List<ToldDigest> digests)
      implements Verdict {}

  record Redirect(@Nullable String location) implements Verdict {}

  record Reject(Failure failure) implements Verdict {}
}
