package dev.haul.policy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one body must look like.
 *
 * @param name of what is expected, for people
 * @param kind of file, null when its name says nothing
 * @param media of which the answer must have one; any if empty
 */
public record ExpectedContent(
    ContentCheck check, String name, @Nullable FileKind kind, List<Media> media) {

  /** As many first bytes as {@link #refuseOpening} looks at. */
  public static final int OPENING_BYTES = 256;

  private static final String LOG_IN = ", perhaps the page of a log-in";
  private static final List<String> PAGES = List.of("text/html", "application/xhtml+xml");

  /** A byte order mark and white space, and then a page (WHATWG MIME Sniffing, §7.1). */
  private static final Pattern PAGE =
      Pattern.compile(
          "(\\xef\\xbb\\xbf)?[\\t\\n\\f\\r ]*<(!doctype html|html)[\\t\\n\\f\\r >].*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  public ExpectedContent {
    media = List.copyOf(media);
  }

  static ExpectedContent of(ContentCheck check, String extension, List<Media> media) {
    String name =
        media.isEmpty()
            ? extension.toLowerCase(Locale.ROOT)
            : media.stream().map(Media::toString).distinct().collect(Collectors.joining(" or "));
    return new ExpectedContent(check, name, FileKind.ofExtension(extension), media);
  }

  /**
   * Judges the head of an answer.
   *
   * @return why the body cannot be the file, null when it may be
   */
  public @Nullable String refuseType(@Nullable String contentType) {
    String named = Media.named(contentType);
    boolean isPage = named != null && PAGES.contains(named);
    boolean refused =
        media.isEmpty()
            ? isPage && kind != null && check != ContentCheck.NONE
            : named == null || !allows(named);
    String came = named == null ? "of no named type" : named;
    return refused
        ? "expected " + name + " but the answer is " + came + (isPage ? LOG_IN : "")
        : null;
  }

  /** Whether {@link #refuseOpening} has anything to say. */
  public boolean looksAtOpening() {
    return check != ContentCheck.NONE
        && (kind != null || !media.isEmpty())
        && (refusesPages() || check == ContentCheck.MAGIC);
  }

  /**
   * Judges the first bytes of a body that is not empty.
   *
   * @param opening {@link #OPENING_BYTES}, or all when there are fewer
   * @return why the body cannot be the file, null when it may be
   */
  public @Nullable String refuseOpening(byte[] opening) {
    String text = new String(opening, StandardCharsets.ISO_8859_1);
    if (refusesPages() && PAGE.matcher(text).matches()) {
      return "expected " + name + " but the body is HTML" + LOG_IN;
    }
    return check == ContentCheck.MAGIC && kind != null && !kind.mayBeginWith(text)
        ? "expected " + name + " but the body does not begin like one"
        : null;
  }

  private boolean allows(String mediaType) {
    return media.stream().anyMatch(range -> range.includes(mediaType));
  }

  private boolean refusesPages() {
    return PAGES.stream().noneMatch(this::allows);
  }
}
