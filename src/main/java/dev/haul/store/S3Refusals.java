package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Says what an answer of S3 means for a job. Codes are those of the list of error responses in
 * Amazon's API reference, and what other servers use in their place.
 */
final class S3Refusals {
  /** How long a bucket that asks for it is left alone at least. */
  private static final Duration SLOW_DOWN = Duration.ofSeconds(5);

  private S3Refusals() {}

  /** The exception behind those of futures. */
  static Throwable cause(Throwable e) {
    Throwable cause = e;
    while ((cause instanceof CompletionException || cause instanceof UncheckedIOException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  static int status(Throwable e) {
    return cause(e) instanceof S3Exception s3 ? s3.statusCode() : 0;
  }

  static String code(Throwable e) {
    if (!(cause(e) instanceof S3Exception s3)) {
      return "";
    }
    AwsErrorDetails details = s3.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  /**
   * @param doing what was asked for, such as {@code "to read an object"}
   */
  static Refusal of(String doing, Throwable e) {
    Throwable cause = cause(e);
    return switch (cause) {
      case Refusal refusal -> refusal;
      case S3Exception s3 -> answered(doing, s3, code(s3));
      case SdkException sdk -> Refusal.of(ErrorCode.STORAGE, message(doing, reason(sdk)));
      default -> Refusal.of(ErrorCode.STORAGE, message(doing, cause.toString()));
    };
  }

  private static Refusal answered(String doing, S3Exception e, String code) {
    String message = message(doing, e.statusCode() + (code.isEmpty() ? "" : " " + code));
    return switch (code) {
      case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded" ->
          Refusal.of(ErrorCode.NO_SPACE, message);
      // Credentials that are renewed: the next attempt has others.
      case "ExpiredToken", "RequestTimeTooSkewed", "TokenRefreshRequired", "RequestTimeout" ->
          Refusal.of(ErrorCode.STORAGE, message);
      case "SlowDown", "ServiceUnavailable", "TooManyRequests" -> slowDown(message);
      default ->
          switch (e.statusCode()) {
            case 507 -> Refusal.of(ErrorCode.NO_SPACE, message);
            case 429, 503 -> slowDown(message);
            case 409, 412 -> Refusal.of(ErrorCode.STORAGE, message);
            default ->
                e.statusCode() >= 500 || code.equals("NoSuchUpload") || code.equals("BadDigest")
                    ? Refusal.of(ErrorCode.STORAGE, message)
                    : Refusal.fatal(message);
          };
    };
  }

  private static Refusal slowDown(String message) {
    return Refusal.of(
        new Failure(ErrorCode.STORAGE, message, true, OptionalInt.empty(), SLOW_DOWN));
  }

  private static String message(String doing, String reason) {
    return "the store refused " + doing + ": " + reason;
  }

  /** The first cause that says something, without what the SDK adds. */
  private static String reason(SdkException e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String text = String.valueOf(first.getMessage());
    int end = text.indexOf(" (SDK Attempt Count");
    return end < 0 ? text : text.substring(0, end);
  }
}
