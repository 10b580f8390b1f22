package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.StoredFile;
import dev.haul.store.WrittenPart.Pending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes parts together: writes and checks them, then commits them. A part that fails drops out
 * alone.
 */
record Publisher(Locations locations, Commit commit) {

  void publish(List<Pending> batch) {
    Folders folders = locations.folders();
    List<WrittenPart> parts = new ArrayList<>(batch.size());
    for (Pending pending : batch) {
      try {
        parts.add(write(pending, folders));
      } catch (IOException | RuntimeException e) {
        pending.refuse(e);
      }
    }
    commit.commit(parts);
  }

  private WrittenPart write(Pending pending, Folders folders) throws IOException {
    DownloadJob job = pending.publication().job();
    FilePart part = pending.part();
    long bytes = part.bytes();
    part.file().requireSound();
    if (job.size().isPresent() && job.size().getAsLong() != bytes) {
      throw Refusal.of(
          ErrorCode.SIZE_MISMATCH,
          "expected " + job.size().getAsLong() + " bytes but received " + bytes);
    }
    Path place = folders.place(job.target());
    part.writeRest();
    Checksum checksum = part.file().checksum(bytes);
    if (job.checksum() != null && !job.checksum().equals(checksum)) {
      throw Refusal.of(
          ErrorCode.CHECKSUM_MISMATCH, "expected " + job.checksum() + " but received " + checksum);
    }
    part.file().contents().told().check(checksum);
    return new WrittenPart(
        pending,
        folders,
        place,
        new StoredFile(
            locations.uri(job.target()),
            bytes,
            checksum,
            pending.publication().contentType(),
            pending.publication().etag()));
  }
}
