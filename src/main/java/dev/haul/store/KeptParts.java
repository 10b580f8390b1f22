package dev.haul.store;

import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.PartKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Parts that nobody works on, of the partitions that this worker owns. They are looked up in
 * memory, so that a job without one pays nothing. Any thread may call: event loops look up what
 * threads of the store have put down.
 */
final class KeptParts {
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{32})-[0-9a-f]+");

  /**
   * A part at rest.
   *
   * @param bytes how many it holds
   */
  record Kept(PartFile file, Strand strand, String source, long bytes) {}

  private record Key(Partition partition, String name) {}

  private final Map<Key, Kept> parts = new ConcurrentHashMap<>();

  /** Puts a part down; answers the one that has to go for it, null when none has. */
  @Nullable Kept put(Partition partition, String name, Kept part) {
    var key = new Key(partition, name);
    Kept other = parts.putIfAbsent(key, part);
    if (other == null) {
      return null;
    }
    boolean more = part.bytes() > other.bytes();
    return more && parts.replace(key, other, part) ? other : part;
  }

  /** Takes a part up again, if there is one from this source. */
  @Nullable Kept take(PartKey job, SourceUrl source) {
    // Most of the time nothing is kept: then nothing is hashed.
    if (parts.isEmpty()) {
      return null;
    }
    var key = new Key(job.partition(), job.name());
    Kept kept = parts.get(key);
    boolean fits = kept != null && kept.source().equals(sourceName(source));
    return fits && kept != null && parts.remove(key, kept) ? kept : null;
  }

  @Nullable Kept remove(PartKey job) {
    return parts.isEmpty() ? null : parts.remove(new Key(job.partition(), job.name()));
  }

  /** As {@link dev.haul.policy.Representation#source} names it. */
  static String sourceName(SourceUrl source) {
    return PartKey.digest(source.text());
  }

  /** Forgets the parts of a partition, which stay where they are. */
  void leave(Partition partition) {
    parts.keySet().removeIf(key -> key.partition().equals(partition));
  }

  /** The partitions that have parts here. */
  Set<Partition> partitions() {
    return parts.keySet().stream().map(Key::partition).collect(Collectors.toSet());
  }

  /** Takes the parts of a partition that were written to last before a time; may block. */
  List<Kept> takeOlder(Partition partition, FileTime oldest) throws IOException {
    List<Kept> taken = new ArrayList<>();
    for (Map.Entry<Key, Kept> entry : List.copyOf(parts.entrySet())) {
      if (entry.getKey().partition().equals(partition)
          && isOlder(entry.getValue().file().path(), oldest)
          && parts.remove(entry.getKey(), entry.getValue())) {
        taken.add(entry.getValue());
      }
    }
    return taken;
  }

  /**
   * Finds what lies in the folder of a claim. Files that cannot be continued, and those nobody has
   * come for in a long time, are removed.
   *
   * @param retention how long a part is kept after it was written to last
   * @param found told the start of a part's name and its journal
   */
  static void find(Claim claim, Duration retention, BiConsumer<String, Journal.Entry> found)
      throws IOException {
    // By the clock of the file system, which may be that of another machine: just now.
    Instant now = Files.getLastModifiedTime(claim.folder()).toInstant();
    FileTime oldest = FileTime.from(now.minus(retention));
    for (Path file : Claim.entries(claim.folder())) {
      String name = file.getFileName().toString();
      if (name.endsWith(Journal.ENDING)) {
        String part = name.substring(0, name.length() - Journal.ENDING.length());
        if (!Files.exists(file.resolveSibling(part))) {
          Files.deleteIfExists(file);
        }
        continue;
      }
      Path journal = file.resolveSibling(name + Journal.ENDING);
      Journal.Entry entry = isOlder(file, oldest) ? null : read(journal);
      if (entry == null || !NAME.matcher(name).matches()) {
        Files.deleteIfExists(file);
        Files.deleteIfExists(journal);
      } else {
        found.accept(name, entry);
      }
    }
  }

  /** The key's name in the name of a part's file. */
  static String keyOf(String file) {
    Matcher name = NAME.matcher(file);
    return name.matches() ? name.group(1) : file;
  }

  private static boolean isOlder(Path file, FileTime oldest) throws IOException {
    return Files.getLastModifiedTime(file).compareTo(oldest) < 0;
  }

  private static Journal.@Nullable Entry read(Path journal) throws IOException {
    try {
      return Journal.read(journal);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
