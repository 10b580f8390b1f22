package dev.haul.policy;

/** What the answer to a {@link RangeRequest} is good for. */
public sealed interface RangeAnswer {
  /**
   * The body is what was asked for.
   *
   * @param size of the whole file
   */
  record Partial(ByteRange range, long size) implements RangeAnswer {}

  /** There is nothing after what is here already: the file is whole. */
  record Complete() implements RangeAnswer {}

  /** The body is the whole file: the server knows no ranges, or the file has changed. */
  record Whole() implements RangeAnswer {}

  /**
   * Neither continues what is here nor is the file; asking for the whole file is the way out.
   *
   * @param reason for logs
   */
  record Useless(String reason) implements RangeAnswer {}

  /** Says nothing of ranges: a redirect or an error. */
  record Unrelated() implements RangeAnswer {}
}
