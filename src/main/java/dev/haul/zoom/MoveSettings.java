package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happens at Zoom once a meeting is stored; keys start with {@code zoom.move}.
 *
 * @param afterStore nothing is taken away by default
 * @param grace between the last stored file of a meeting and its move
 * @param keyFile private Ed25519 key (PKCS #8, PEM) that signs receipts
 * @param receiptsTopic where receipts go
 * @param groupId under which the place in the completions is remembered
 * @param interval between two rounds
 */
public record MoveSettings(
    AfterStore afterStore,
    Duration grace,
    @Nullable Path keyFile,
    String receiptsTopic,
    String groupId,
    Duration interval) {

  /** What is done with a recording that is proved to be stored. */
  public enum AfterStore {
    KEEP,
    /** To Zoom's trash, where it can be recovered for 30 days. */
    TRASH,
    /** Gone for good. */
    DELETE
  }

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  public static final MoveSettings DEFAULTS =
      new MoveSettings(
          AfterStore.KEEP,
          Duration.ofDays(1),
          null,
          "haul.receipts",
          "haul-zoom-move",
          Duration.ofMinutes(1));

  /**
   * @throws InvalidField naming the first key that breaks its rule
   */
  public MoveSettings {
    if (grace.isNegative()) {
      throw new InvalidField("zoom.move.grace", grace, "must not be negative");
    }
    if (!TOPIC.matcher(receiptsTopic).matches()) {
      throw new InvalidField(
          "zoom.move.receipts-topic",
          receiptsTopic,
          "must be a topic name: 1 to 249 characters of A-Z a-z 0-9 . _ -");
    }
    if (groupId.isBlank()) {
      throw new InvalidField("zoom.move.group-id", groupId, "must not be blank");
    }
    if (!interval.isPositive()) {
      throw new InvalidField("zoom.move.interval", interval, "must be above 0");
    }
  }
}
