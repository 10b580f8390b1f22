package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SizeText;
import dev.haul.pipeline.Store.Published;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;

/** The store's own reason not to do what a job asks. */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  /** For which there was no room. */
  private final long bytes;

  private Refusal(Failure failure, long bytes) {
    super(failure.message());
    this.failure = failure;
    this.bytes = bytes;
  }

  static Refusal of(ErrorCode code, String message) {
    return of(Failure.of(code, message));
  }

  static Refusal of(Failure failure) {
    return new Refusal(failure, 0);
  }

  /** A fault that no other attempt will change. */
  static Refusal fatal(ErrorCode code, String message) {
    return new Refusal(Failure.of(code, message).fatal(), 0);
  }

  /** There may be room later. */
  static Refusal noRoom(long bytes) {
    String message = "the store has no room for " + SizeText.print(bytes);
    return new Refusal(Failure.of(ErrorCode.NO_SPACE, message), bytes);
  }

  /** A fault of the target that stays until somebody changes the store. */
  static Refusal fatal(String message) {
    return new Refusal(fatalFailure(message), 0);
  }

  /** A path of the part is no more: somebody who has the partition by now took it. */
  static Refusal gone() {
    return of(ErrorCode.STORAGE, "the partition of the job went to another worker");
  }

  /** Answers a publication that came to nothing. */
  static Published answer(Exception e) {
    Failure failure = failure(e);
    return failure.code() == ErrorCode.NO_SPACE && failure.retryable()
        ? new Published.NoRoom(failure, e instanceof Refusal refusal ? refusal.bytes : 0)
        : new Published.Refused(failure);
  }

  /** Says what an exception means for a job; the message holds no path of this machine. */
  static Failure failure(Exception e) {
    return switch (e) {
      case Refusal refusal -> refusal.failure;
      case AtomicMoveNotSupportedException _ ->
          fatalFailure("the target is on another file system than the root of the store");
      case InvalidPathException _ ->
          fatalFailure(
              "the target cannot be written in the encoding of file names of this process ("
                  + System.getProperty("sun.jnu.encoding")
                  + "): start it in a UTF-8 locale");
      case IOException io -> failure(reason(io));
      default -> Failure.of(ErrorCode.INTERNAL, "the store failed: " + e);
    };
  }

  private static Failure failure(String reason) {
    return switch (reason) {
      case "No space left on device", "Disk quota exceeded" ->
          Failure.of(ErrorCode.NO_SPACE, "the store has no space left");
      case "Is a directory" -> fatalFailure("the target is a folder");
      case "Not a directory" -> fatalFailure("a parent of the target is a file");
      case "File name too long", "File too large" ->
          fatalFailure("the file system refused the file: " + reason);
      default -> Failure.of(ErrorCode.STORAGE, "the store failed: " + reason);
    };
  }

  /** The system's words, without the paths that messages of file system exceptions begin with. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      case FileSystemException f -> f.getClass().getSimpleName();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static Failure fatalFailure(String message) {
    return Failure.of(ErrorCode.STORAGE, message).fatal();
  }
}
