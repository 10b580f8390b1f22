package dev.haul.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of file that is never an HTML page, known by its extension, and the bytes that it may
 * begin with.
 *
 * @param openings none when the kind cannot be told by its first bytes
 * @see <a href="https://mimesniff.spec.whatwg.org/">WHATWG MIME Sniffing</a>
 */
public record FileKind(List<Opening> openings) {

  /**
   * Bytes at a place.
   *
   * @param text of the bytes, in ISO 8859-1
   */
  public record Opening(int offset, String text) {}

  private static final Map<String, FileKind> BY_EXTENSION = new HashMap<>();

  static {
    // ISO base media (ISO/IEC 14496-12); older QuickTime files have other boxes first.
    kind("mp4 m4a m4v m4b 3gp heic avif", 4, "ftyp");
    kind("mov qt", 4, "ftyp", "moov", "mdat", "wide", "free", "skip");
    kind("mkv webm mka", 0, "\u001aE\u00df\u00a3");
    kind("avi wav webp", 0, "RIFF", "RF64");
    // An ID3 tag, or at once a frame of MPEG-1, -2 or -2.5, layer III.
    kind(
        "mp3",
        0,
        "ID3",
        "\u00ff\u00fb",
        "\u00ff\u00fa",
        "\u00ff\u00f3",
        "\u00ff\u00f2",
        "\u00ff\u00e3",
        "\u00ff\u00e2");
    kind("ogg oga ogv opus", 0, "OggS");
    kind("flac", 0, "fLaC", "ID3");
    kind("vtt", 0, "WEBVTT", "\u00ef\u00bb\u00bfWEBVTT");
    kind("pdf", 0, "%PDF-");
    kind("png", 0, "\u0089PNG\r\n\u001a\n");
    kind("jpg jpeg", 0, "\u00ff\u00d8\u00ff");
    kind("gif", 0, "GIF87a", "GIF89a");
    kind(
        "zip jar war apk epub whl docx xlsx pptx odt ods odp",
        0,
        "PK\u0003\u0004",
        "PK\u0005\u0006",
        "PK\u0007\u0008");
    kind("gz tgz", 0, "\u001f\u008b");
    kind("bz2", 0, "BZh");
    kind("xz", 0, "\u00fd7zXZ\u0000");
    kind("zst", 0, "(\u00b5/\u00fd");
    kind("7z", 0, "7z\u00bc\u00af'\u001c");
    kind("rar", 0, "Rar!\u001a\u0007");
    kind("parquet", 0, "PAR1");
    kind("tar iso img dmg exe msi deb rpm mpg mpeg ts", 0);
  }

  public FileKind {
    openings = List.copyOf(openings);
  }

  private static void kind(String extensions, int offset, String... texts) {
    var openings = new ArrayList<Opening>();
    for (String text : texts) {
      openings.add(new Opening(offset, text));
    }
    var kind = new FileKind(openings);
    for (String extension : extensions.split(" ", -1)) {
      BY_EXTENSION.put(extension, kind);
    }
  }

  static @Nullable FileKind ofExtension(String extension) {
    return BY_EXTENSION.get(extension.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a body may be of this kind.
   *
   * @param opening its first bytes, in ISO 8859-1
   */
  boolean mayBeginWith(String opening) {
    return openings.isEmpty()
        || openings.stream().anyMatch(known -> opening.startsWith(known.text, known.offset));
  }
}
