package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes parts together: all are written, all made durable, all moved, then each folder is made
 * durable once, and only then is anything answered. A part that fails drops out alone.
 */
final class PublicationBatch {

  /** A publication that waits for its answer. */
  record Pending(FilePart part, Publication publication, Promise<Published> promise) {
    private void refuse(Exception reason) {
      part.drop();
      promise.complete(new Published.Refused(Refusal.failure(reason)));
    }
  }

  /** A whole part that passed its checks, and where it goes. */
  private record Verified(Pending pending, Path place, StoredFile stored) {
    DownloadJob job() {
      return pending.publication.job();
    }

    PartFile file() {
      return pending.part.file();
    }
  }

  private interface Step {
    void take(Verified part) throws IOException;
  }

  private final Locations locations;
  private final Folders folders;
  private final boolean durable;

  PublicationBatch(Locations locations, Fsync fsync) {
    this.locations = locations;
    this.folders = locations.folders();
    this.durable = fsync == Fsync.FILE;
  }

  void publish(List<Pending> batch) {
    List<Verified> parts = new ArrayList<>(batch.size());
    for (Pending pending : batch) {
      try {
        parts.add(verified(pending));
      } catch (IOException | RuntimeException e) {
        pending.refuse(e);
      }
    }
    if (durable) {
      parts.removeIf(part -> fails(part, verified -> verified.file().force()));
    }
    parts.removeIf(part -> fails(part, this::move));
    if (durable) {
      try {
        folders.force();
      } catch (IOException | RuntimeException e) {
        parts.forEach(part -> part.pending.refuse(e));
        return;
      }
    }
    parts.forEach(part -> part.pending.promise.complete(new Published.Stored(part.stored)));
  }

  private static boolean fails(Verified part, Step step) {
    try {
      step.take(part);
      return false;
    } catch (IOException | RuntimeException e) {
      part.pending.refuse(e);
      return true;
    }
  }

  private Verified verified(Pending pending) throws IOException {
    DownloadJob job = pending.publication.job();
    long bytes = pending.part.bytes();
    if (job.size().isPresent() && job.size().getAsLong() != bytes) {
      throw Refusal.of(
          ErrorCode.SIZE_MISMATCH,
          "expected " + job.size().getAsLong() + " bytes but received " + bytes);
    }
    Path place = folders.place(job.target());
    pending.part.writeRest();
    Checksum checksum = pending.part.file().checksum();
    if (job.checksum() != null && !job.checksum().equals(checksum)) {
      throw Refusal.of(
          ErrorCode.CHECKSUM_MISMATCH, "expected " + job.checksum() + " but received " + checksum);
    }
    return new Verified(
        pending,
        place,
        new StoredFile(
            locations.uri(job.target()),
            bytes,
            checksum,
            pending.publication.contentType(),
            pending.publication.etag()));
  }

  private void move(Verified part) throws IOException {
    part.file().close();
    Target target = part.job().target();
    boolean replace = part.job().ifExists() != IfExists.FAIL;
    try {
      move(part.file(), part.place, replace);
    } catch (NoSuchFileException e) {
      // Others removed the folder since it was looked up.
      move(part.file(), folders.placeAgain(target), replace);
    }
  }

  private static void move(PartFile file, Path place, boolean replace) throws IOException {
    if (replace) {
      Files.move(file.path(), place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      // link(2) is the one portable call that puts a whole file under a name only if that is free.
      Files.createLink(place, file.path());
    } catch (FileAlreadyExistsException e) {
      throw Refusal.of(ErrorCode.TARGET_EXISTS, "the target exists");
    }
    file.delete();
  }
}
