package dev.haul.fetch;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** What the head of an answer means for the file of a source. */
sealed interface Meaning {
  /** The whole file comes, whatever was here before. */
  record Whole(Verdict.Accept head, Body.Span span) implements Meaning {}

  /** What is here already goes on. */
  record Rest(Verdict.Accept head, Body.Span span) implements Meaning {}

  /** What is here already is all. */
  record Complete() implements Meaning {}

  /**
   * Neither continues what is here nor is the file, which is to be asked for as a whole.
   *
   * @param reason for logs
   */
  record Useless(String reason) implements Meaning {}

  record Redirect(@Nullable String location) implements Meaning {}

  record Reject(Failure failure) implements Meaning {}
}
