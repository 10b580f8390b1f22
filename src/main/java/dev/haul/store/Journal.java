package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Representation;
import dev.haul.policy.Validator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a part, in a small file of lines beside it. Each line ends with its own CRC-32C:
 * the first says what the bytes belong to, the last that is whole says which are here. Lines are
 * only ever added, so nothing that a crash, a full disk or a late writer leaves can spoil what was
 * true before. It needs no sync: the runs of a line carry a CRC-32C of the part's bytes, which are
 * read again anyway before they are built upon.
 */
final class Journal {
  /** What the names of journals add to those of their parts. */
  static final String ENDING = ".journal";

  private static final String MAGIC = "haul-part-1";
  private static final String NONE = "-";

  /** Far above what a file of a terabyte leaves. */
  private static final long MAX_BYTES = 64 << 20;

  /**
   * What a journal says.
   *
   * @param runs the first of them begins with the file, unless it is missing
   */
  record Entry(Representation representation, List<ToldDigest> told, List<Run.Extent> runs) {}

  private final Representation representation;
  private final List<ToldDigest> told;
  private boolean named;

  Journal(Representation representation, List<ToldDigest> told) {
    this.representation = representation;
    this.told = told;
  }

  Representation representation() {
    return representation;
  }

  List<ToldDigest> told() {
    return told;
  }

  /** Adds a line. */
  void append(Path path, List<Run.Extent> runs) throws IOException {
    var lines = new StringBuilder();
    // A part goes on with the journal that it has, and a new part has a new name.
    if (!named && !Files.exists(path)) {
      lines.append(line(head()));
    }
    var state = new StringBuilder("runs");
    for (Run.Extent run : runs) {
      state.append(' ').append(run.from()).append('-').append(run.to()).append(':');
      state.append(HexFormat.of().toHexDigits(run.crc()));
    }
    lines.append(line(state.toString()));
    ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.ISO_8859_1));
    try (var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    }
    named = true;
  }

  private String head() {
    OptionalLong size = representation.size();
    List<String> digests =
        told.stream().map(digest -> digest.header() + "=" + digest.checksum()).toList();
    return String.join(
        " ",
        MAGIC,
        representation.source(),
        encoded(representation.validator().value()),
        size.isPresent() ? Long.toString(size.getAsLong()) : NONE,
        representation.contentType() == null ? NONE : encoded(representation.contentType()),
        digests.isEmpty() ? NONE : encoded(String.join("\n", digests)));
  }

  /** The break comes first, so that half a line of somebody who died is no part of this one. */
  private static String line(String body) {
    return "\n" + body + " " + crc(body);
  }

  /** Reads a journal; null when it says nothing that can be trusted. */
  static @Nullable Entry read(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      return null;
    }
    Journal named = null;
    List<Run.Extent> runs = null;
    for (String line : Files.readAllLines(path, StandardCharsets.ISO_8859_1)) {
      int end = line.lastIndexOf(' ');
      if (end < 0 || !line.substring(end + 1).equals(crc(line.substring(0, end)))) {
        continue;
      }
      String[] words = line.substring(0, end).split(" ", -1);
      if (words[0].equals(MAGIC)) {
        named = named(words);
      } else if (words[0].equals("runs")) {
        runs = runs(words);
      }
    }
    return named == null || runs == null ? null : new Entry(named.representation, named.told, runs);
  }

  private static Journal named(String[] words) {
    List<ToldDigest> told = new ArrayList<>();
    if (!words[5].equals(NONE)) {
      for (String digest : decoded(words[5]).split("\n", -1)) {
        int split = digest.indexOf('=');
        told.add(
            new ToldDigest(
                digest.substring(0, split), Checksum.parse(digest.substring(split + 1))));
      }
    }
    return new Journal(
        new Representation(
            words[1],
            new Validator(decoded(words[2])),
            words[3].equals(NONE)
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(words[3])),
            words[4].equals(NONE) ? null : decoded(words[4])),
        told);
  }

  private static List<Run.Extent> runs(String[] words) {
    List<Run.Extent> runs = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      int dash = words[i].indexOf('-');
      int colon = words[i].indexOf(':');
      runs.add(
          new Run.Extent(
              Long.parseLong(words[i].substring(0, dash)),
              Long.parseLong(words[i].substring(dash + 1, colon)),
              HexFormat.fromHexDigits(words[i].substring(colon + 1))));
    }
    return runs;
  }

  private static String crc(String body) {
    var crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String word) {
    return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
  }
}
