package dev.haul.zoom;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what Zoom has of a meeting with what the stores hold. It believes nobody: which files
 * there are and how large they are Zoom says, what they hold is read.
 */
final class MeetingJudge {
  private final Shelf shelf;

  MeetingJudge(Shelf shelf) {
    this.shelf = shelf;
  }

  /**
   * Judges; reads all files of the meeting.
   *
   * @param jobs the last end of each job, by its id
   */
  Judgement judge(Meeting meeting, Map<JobId, StoredJob> jobs) {
    List<Receipt.Proof> proofs = new ArrayList<>();
    List<String> waits = new ArrayList<>();
    List<String> differences = new ArrayList<>();
    for (RecordingFile file : meeting.files()) {
      StoredJob job = jobs.get(file.jobId());
      if (!file.isReady()) {
        waits.add(file.jobId() + ": Zoom still processes it");
      } else if (job == null) {
        waits.add(file.jobId() + " (" + file.view() + "): not stored");
      } else if (job.file() == null) {
        differences.add(file.jobId() + ": " + job.problem());
      } else {
        StoredJob.File copy = job.file();
        Optional<String> difference = difference(file, copy);
        if (difference.isPresent()) {
          differences.add(file.jobId() + ": " + difference.get());
        } else {
          proofs.add(new Receipt.Proof(file, job, copy));
        }
      }
    }
    if (!differences.isEmpty()) {
      differences.addAll(waits);
      return new Judgement.Differs(meeting, differences);
    }
    if (meeting.files().isEmpty()) {
      return new Judgement.Waits(meeting, List.of("Zoom names no files"));
    }
    return waits.isEmpty()
        ? new Judgement.Proved(meeting, proofs)
        : new Judgement.Waits(meeting, waits);
  }

  private Optional<String> difference(RecordingFile file, StoredJob.File copy) {
    @Nullable String doubt = null;
    if (file.size().isPresent() && file.size().getAsLong() != copy.bytes()) {
      doubt = "has " + copy.bytes() + " bytes, but " + file.size().getAsLong() + " at Zoom";
    } else if (!copy.target().path().contains(file.hash())
        && !copy.target().path().contains(file.jobId().value().substring("zoom-".length()))) {
      doubt = "is said to be " + copy.target() + ", which is not a name of its own";
    } else if (copy.checksum().algorithm() != Algorithm.SHA256
        && copy.checksum().algorithm() != Algorithm.SHA512) {
      doubt = "has only the weak digest " + copy.checksum().algorithm().wireName();
    }
    return doubt == null ? shelf.difference(copy) : Optional.of(doubt);
  }

  /** Whether Zoom still has just what was proved. */
  static boolean isUnchanged(Meeting meeting, Meeting now) {
    return now.files().stream().allMatch(RecordingFile::isReady)
        && fingerprints(meeting).equals(fingerprints(now));
  }

  private static List<String> fingerprints(Meeting meeting) {
    return meeting.files().stream().map(file -> file.jobId() + " " + file.size()).sorted().toList();
  }
}
