package dev.haul.store;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A whole part that passed its checks, and where it goes. A step that fails refuses the publication
 * and tells so by false: then the part is gone.
 */
record WrittenPart(Pending pending, Folders folders, Path place, StoredFile stored) {

  /** A publication that waits for its answer. */
  record Pending(FilePart part, Publication publication, Promise<Published> promise) {
    void refuse(Exception reason) {
      part.drop();
      promise.complete(Refusal.answer(reason));
    }
  }

  private interface Step {
    void take() throws IOException;
  }

  /** Makes the bytes durable. */
  boolean syncFile() {
    return succeeds(file()::force);
  }

  /** Gives the part its name. */
  boolean move() {
    return succeeds(() -> {
      file().close();
      try {
        move(place);
      } catch (NoSuchFileException e) {
        if (!Files.exists(file().path())) {
          throw Refusal.gone();
        }
        // Others removed the folder since it was looked up.
        move(folders.placeAgain(job().target()));
      }
    });
  }

  /** Makes the name durable, and those of all parts that share the folders. */
  boolean syncName() {
    return succeeds(folders::force);
  }

  void answer() {
    pending.promise.complete(new Published.Stored(stored));
  }

  private boolean succeeds(Step step) {
    try {
      step.take();
      return true;
    } catch (IOException | RuntimeException e) {
      pending.refuse(e);
      return false;
    }
  }

  private void move(Path place) throws IOException {
    if (job().ifExists() != IfExists.FAIL) {
      Files.move(file().path(), place, StandardCopyOption.ATOMIC_MOVE);
      file().published();
      return;
    }
    try {
      // link(2) is the one portable call that puts a whole file under a name only if that is free.
      Files.createLink(place, file().path());
    } catch (FileAlreadyExistsException e) {
      throw Refusal.of(ErrorCode.TARGET_EXISTS, "the target exists");
    }
    file().delete();
  }

  private DownloadJob job() {
    return pending.publication.job();
  }

  private PartFile file() {
    return pending.part.file();
  }
}
