package dev.haul.admin;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those for which everything that is not null holds.
 *
 * @param place of one letter: topic, partition and offset
 * @param code of the error
 * @param host of the job's URL
 */
public record DeadFilter(@Nullable String place, @Nullable String code, @Nullable String host) {
  static final DeadFilter ALL = new DeadFilter(null, null, null);

  public boolean matches(String itsPlace, String itsCode, @Nullable String itsHost) {
    return (place == null || place.equals(itsPlace))
        && (code == null || code.equals(itsCode))
        && (host == null || host.equals(itsHost));
  }

  @Override
  public String toString() {
    return place != null
        ? "the letter " + place
        : "letters"
            + (code == null ? "" : " with " + code)
            + (host == null ? "" : " of " + host)
            + (code == null && host == null ? ", all" : "");
  }
}
