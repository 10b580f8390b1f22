package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.Function;

/**
 * The file with the refresh token of a user. Zoom takes each once and answers with the next, so it
 * is exchanged under a lock that other processes heed, and the new one is on disk, readable by its
 * owner only, before the token that came with it is used.
 */
final class RefreshTokenFile {
  private static final String KEY = "zoom.refresh-token-file";

  private final Path file;

  RefreshTokenFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /**
   * Uses the refresh token and keeps the one that replaces it.
   *
   * @throws InvalidField when the file cannot be read or replaced
   * @throws ZoomRefused as the use does
   */
  TokenGrant.Granted exchange(Function<String, TokenGrant.Granted> use) {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      TokenGrant.Granted granted = use.apply(Secret.read(KEY, file, null, Map.of()));
      if (granted.refreshToken() != null) {
        replace(granted.refreshToken());
      }
      return granted;
    } catch (IOException e) {
      throw new InvalidField(
          KEY,
          "must name a file that can be read and replaced (" + e.getClass().getSimpleName() + ")");
    }
  }

  private void replace(String token) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, ownerOnly());
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((token + "\n").getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
