package dev.haul.job;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a file goes: a relative path, {@code /}-separated, that cannot leave the root of its store
 * on any file system. At most 1024 bytes of UTF-8, each name at most 255.
 */
public record Target(String path) {
  /** The folder in the root of a store that belongs to Haul itself. */
  public static final String RESERVED_FOLDER = ".haul";

  private static final int MAX_BYTES = 1024;
  private static final int MAX_NAME_BYTES = 255;
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cntrl}\\\\/:*?\"<>|]");
  private static final Set<String> DEVICES =
      Set.of(
          "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
          "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

  /**
   * @throws InvalidField naming the rule that the path breaks
   */
  public Target {
    require(!path.isEmpty(), path, "must not be empty");
    require(utf8Length(path) <= MAX_BYTES, path, "must be at most 1024 bytes of UTF-8");
    require(!path.startsWith("/"), path, "must be relative");
    require(!DRIVE.matcher(path).matches(), path, "must not start with a drive letter");
    require(path.indexOf('\\') < 0, path, "must not hold a backslash");
    require(
        path.chars().noneMatch(Character::isISOControl), path, "must not hold control characters");
    require(isWellFormed(path), path, "must be well-formed Unicode");
    for (String name : path.split("/", -1)) {
      require(!name.isEmpty(), path, "must not hold an empty name");
      require(!name.equals(".") && !name.equals(".."), path, "must not hold the names . or ..");
      require(utf8Length(name) <= MAX_NAME_BYTES, path, "must hold names of at most 255 bytes");
      require(!isDevice(name), path, "must not hold a reserved device name");
    }
    require(
        !path.equalsIgnoreCase(RESERVED_FOLDER)
            && !path.toLowerCase(Locale.ROOT).startsWith(RESERVED_FOLDER + "/"),
        path,
        "must not be below .haul, which belongs to the store");
  }

  /** The target of a job that names none: the host and the last segment of the path. */
  public static Target of(SourceUrl url) {
    String path = url.decodedPath();
    String last = UNSAFE.matcher(path.substring(path.lastIndexOf('/') + 1)).replaceAll("_");
    String name = shortened(last.strip());
    boolean unusable =
        name.isEmpty()
            || name.equals(".")
            || name.equals("..")
            || isDevice(name)
            || !isWellFormed(name);
    String host = url.host().replace(':', '_').replace("[", "").replace("]", "");
    String folder = isDevice(host) ? "_" + host : host;
    return new Target(shortened(folder) + "/" + (unusable ? "index" : name));
  }

  private static String shortened(String name) {
    int end = name.length();
    while (utf8Length(name.substring(0, end)) > MAX_NAME_BYTES) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end);
  }

  private static boolean isDevice(String name) {
    int dot = name.indexOf('.');
    return DEVICES.contains((dot < 0 ? name : name.substring(0, dot)).toLowerCase(Locale.ROOT));
  }

  private static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void require(boolean holds, String path, String rule) {
    if (!holds) {
      throw new InvalidField("target", path, rule);
    }
  }

  @Override
  public String toString() {
    return path;
  }
}
