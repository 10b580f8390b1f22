package dev.haul.zoom.testing;

import dev.haul.zoom.testing.DoubleFile.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The people and recordings of a double. Made up once; what is in the trash or gone changes on the
 * double's thread and is read by tests.
 */
final class DoubleAccount {
  /** Topics as people write them, and some that nobody should. */
  private static final List<String> TOPICS =
      List.of(
          "Weekly",
          "週次ミーティング：プロジェクト進捗",
          "Sprint review 🚀👩‍💻",
          "Q3/Q4 plan: sales\\marketing?",
          "Q3_Q4 plan_ sales_marketing_",
          "A very long topic ".repeat(17).substring(0, 300),
          "とても長い題名".repeat(43).substring(0, 300),
          "Ends with dots...",
          "CON",
          "nul.txt",
          "..",
          "",
          "Evil \u202egpj.exe\u0007",
          "Cafe\u0301 talk",
          "Caf\u00e9 talk",
          " spaces   and\ttabs ",
          "../../etc/passwd",
          "Zoom Meeting");

  private record Kind(String type, String extension, String view) {}

  private static final Kind VIDEO = new Kind("MP4", "MP4", "shared_screen_with_speaker_view");
  private static final List<Kind> OTHERS =
      List.of(
          new Kind("M4A", "M4A", "audio_only"),
          new Kind("CHAT", "TXT", "chat_file"),
          new Kind("TRANSCRIPT", "VTT", "audio_transcript"),
          new Kind("TIMELINE", "JSON", "timeline"),
          new Kind("CC", "VTT", "closed_caption"),
          new Kind("SUMMARY", "JSON", "summary"),
          new Kind("MP4", "MP4", "gallery_view"),
          new Kind("CSV", "CSV", "poll"));

  private final List<DoubleUser> users = new ArrayList<>();
  private final Map<String, DoubleMeeting> meetings = new LinkedHashMap<>();
  private final Map<String, DoubleFile> files = new LinkedHashMap<>();
  private final Set<String> trashed = ConcurrentHashMap.newKeySet();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();

  DoubleAccount(DoublePlan plan) {
    var random = new SplittableRandom(plan.seed());
    for (int i = 0; i < plan.users(); i++) {
      users.add(new DoubleUser("user" + i, "user" + i + "@example.com", i % 10 != 9));
    }
    for (int i = 0; i < plan.meetings(); i++) {
      int count = plan.files() / plan.meetings() + (i < plan.files() % plan.meetings() ? 1 : 0);
      add(plan, i, count, random.split());
    }
  }

  private void add(DoublePlan plan, int index, int count, SplittableRandom random) {
    // A quarter is of one user in ten days: several pages of 300 in a large account.
    boolean crowded = index % 4 == 0;
    Instant first = plan.from().atStartOfDay(ZoneOffset.UTC).toInstant();
    long seconds =
        Duration.between(
                plan.from().atStartOfDay(),
                (crowded ? plan.from().plusDays(10) : plan.from().plusMonths(plan.months()))
                    .atStartOfDay())
            .toSeconds();
    Instant start = first.plusSeconds(random.nextLong(seconds));
    DoubleUser host = users.get(crowded ? 0 : random.nextInt(users.size()));
    int minutes = random.nextInt(180);
    List<DoubleFile> own = new ArrayList<>();
    List<Kind> kinds = new ArrayList<>(OTHERS);
    for (int i = 0; i < count; i++) {
      Kind kind = i == 0 ? VIDEO : kinds.remove(random.nextInt(kinds.size()));
      var file =
          new DoubleFile(
              new UUID(random.nextLong(), random.nextLong()).toString(),
              kind.type(),
              kind.extension(),
              kind.view(),
              start.plusSeconds(random.nextInt(5)),
              start.plusSeconds(60L * minutes + 5),
              i == 2 && index % 20 == 0 ? 0 : 200 + random.nextInt(3000),
              plan.faults() ? fault(index, i) : Fault.NONE);
      own.add(file);
      files.put(file.id(), file);
    }
    var meeting =
        new DoubleMeeting(
            uuid(index, random),
            80_000_000_000L + random.nextInt(1_000_000_000),
            TOPICS.get(index % TOPICS.size()),
            start,
            minutes,
            host,
            List.copyOf(own));
    meetings.put(meeting.uuid(), meeting);
  }

  /**
   * @param meeting index
   * @param file index within the meeting; the first is a video
   */
  private static Fault fault(int meeting, int file) {
    if (file == 0 && meeting % 100 == 5) {
      return Fault.TRUNCATED;
    } else if (file == 0 && meeting % 50 == 10) {
      return Fault.LOGIN_PAGE_ONCE;
    } else if (file == 1 && meeting % 10 == 3) {
      return Fault.PROCESSING;
    } else if (meeting % 20 == 7) {
      return Fault.CUT_ONCE;
    }
    return meeting % 20 == 12 ? Fault.UNAVAILABLE_ONCE : Fault.NONE;
  }

  /** Base64 of 16 bytes, as Zoom's are; some begin with a slash or hold two in a row. */
  private static String uuid(int index, SplittableRandom random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String uuid = Base64.getEncoder().encodeToString(bytes);
    return switch (index % 25) {
      case 3 -> "/" + uuid.substring(1);
      case 7 -> uuid.substring(0, 5) + "//" + uuid.substring(7);
      default -> uuid;
    };
  }

  List<DoubleUser> users() {
    return users;
  }

  Map<String, DoubleMeeting> meetings() {
    return meetings;
  }

  Map<String, DoubleFile> files() {
    return files;
  }

  /** UUIDs of meetings that were put into the trash, and not recovered. */
  Set<String> trashed() {
    return trashed;
  }

  /** UUIDs of meetings that are gone. */
  Set<String> deleted() {
    return deleted;
  }

  boolean isListed(DoubleMeeting meeting, boolean inTrash) {
    return !deleted.contains(meeting.uuid()) && trashed.contains(meeting.uuid()) == inTrash;
  }
}
