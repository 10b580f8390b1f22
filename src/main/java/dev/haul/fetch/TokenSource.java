package dev.haul.fetch;

import dev.haul.job.InvalidField;

/**
 * Gives tokens that do not stay the same, such as those of OAuth. For any thread that may block; it
 * is asked every two seconds and answers from memory unless the token nears its end.
 */
public interface TokenSource {
  /** Of those who have configured no account. */
  TokenSource NONE =
      new TokenSource() {
        @Override
        public String token() {
          throw new InvalidField(
              "zoom.client-id", "must be given for credentials of the kind zoom");
        }

        @Override
        public String tokenAfter(String refused) {
          return token();
        }
      };

  /**
   * A token that is good now.
   *
   * @throws InvalidField when there is none; the message holds no secret
   */
  String token();

  /**
   * A token other than one that a server refused.
   *
   * @throws InvalidField as {@link #token} does
   */
  String tokenAfter(String refused);
}
