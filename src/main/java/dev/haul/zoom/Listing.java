package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * All recordings of a selection.
 *
 * @param meetings each once, the oldest first
 * @param users who were asked
 * @param problems a line for each user whose recordings could not be listed whole
 */
public record Listing(List<Meeting> meetings, int users, List<String> problems) {
  /** Requests on their way at once; the quotas hold back what is too much. */
  private static final int AT_ONCE = 8;

  public Listing {
    meetings = List.copyOf(meetings);
    problems = List.copyOf(problems);
  }

  private record Listed(ZoomApi.User user, Future<List<Meeting>> meetings) {}

  /**
   * Lists; blocks.
   *
   * @throws ZoomRefused when not even the users can be listed
   * @throws InvalidField when the selection ends before it begins
   */
  public static Listing of(ZoomApi api, Selection selection) {
    List<DateWindow> windows = DateWindow.covering(selection.from(), selection.to());
    List<ZoomApi.User> users =
        selection.users().isEmpty()
            ? api.users()
            : selection.users().stream().map(user -> new ZoomApi.User(user, user)).toList();
    List<Listed> listed = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("zoom-list-", 0).factory())) {
      for (ZoomApi.User user : users) {
        for (DateWindow window : windows) {
          Callable<List<Meeting>> list = () -> api.recordings(user.id(), window, selection.trash());
          listed.add(new Listed(user, threads.submit(list)));
        }
      }
      return collected(listed, users.size(), selection);
    }
  }

  private static Listing collected(List<Listed> listed, int users, Selection selection) {
    Map<String, Meeting> meetings = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (Listed part : listed) {
      try {
        part.meetings().get().stream()
            .filter(selection::wants)
            .forEach(meeting -> meetings.put(meeting.uuid(), meeting));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof ZoomRefused refusal)) {
          throw new IllegalStateException(e.getCause());
        }
        problems.add(part.user().email() + ": " + refusal.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ZoomRefused(0, 0, "listing: interrupted");
      }
    }
    List<Meeting> sorted = new ArrayList<>(meetings.values());
    sorted.sort(Comparator.comparing(Meeting::start).thenComparing(Meeting::uuid));
    return new Listing(sorted, users, problems.stream().distinct().toList());
  }
}
