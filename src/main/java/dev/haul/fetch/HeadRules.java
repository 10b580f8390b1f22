package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.policy.ExpectedContent;
import dev.haul.policy.RangeAnswer;
import dev.haul.policy.RangeRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the heads of the answers of a source, beside what was asked for. */
record HeadRules(Engine engine, DownloadJob job, ExpectedContent content) {

  /**
   * @param asked null for the whole file
   * @param framesBodies whether the end of a body can be told whatever its head says
   */
  Meaning meaning(
      SourceUrl url,
      @Nullable RangeRequest asked,
      HttpClientResponse response,
      boolean framesBodies) {
    RangeAnswer answer =
        asked == null ? new RangeAnswer.Unrelated() : asked.judge(Draft.head(response));
    return switch (answer) {
      case RangeAnswer.Partial part -> rest(url, part, response, framesBodies);
      case RangeAnswer.Complete() -> new Meaning.Complete();
      case RangeAnswer.Useless(String reason) -> new Meaning.Useless(reason);
      case RangeAnswer.Whole(), RangeAnswer.Unrelated() -> whole(url, response, framesBodies);
    };
  }

  private Meaning whole(SourceUrl url, HttpClientResponse response, boolean framesBodies) {
    Verdict verdict =
        engine
            .responses()
            .judge(
                url,
                content,
                job.size(),
                response.statusCode(),
                response.headers(),
                engine.clock().instant());
    long limit = job.size().orElse(engine.responses().maxBytes());
    return meaning(
        verdict,
        head ->
            new Meaning.Whole(
                head,
                new Body.Span(
                    0,
                    head.length(),
                    head.framed() || framesBodies,
                    limit,
                    job.size(),
                    job.checksum() != null)));
  }

  private Meaning rest(
      SourceUrl url, RangeAnswer.Partial part, HttpClientResponse response, boolean framesBodies) {
    return meaning(
        engine.responses().judgePart(url, content, part.size(), response.headers()),
        head ->
            new Meaning.Rest(
                head,
                new Body.Span(
                    part.range().from(),
                    part.range().length(),
                    head.framed() || framesBodies,
                    part.range().to(),
                    job.size(),
                    job.checksum() != null)));
  }

  private static Meaning meaning(Verdict verdict, Function<Verdict.Accept, Meaning> accepted) {
    return switch (verdict) {
      case Verdict.Accept head -> accepted.apply(head);
      case Verdict.Redirect(String location) -> new Meaning.Redirect(location);
      case Verdict.Reject(Failure failure) -> new Meaning.Reject(failure);
    };
  }
}
