package dev.haul.store;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder for the parts of one partition while this worker owns it. Every claim has a folder of
 * its own, whose name no other ever has, and begins by taking everything out of the folders of
 * earlier ones and removing them. So whoever wrote to one of those finds no path there any more: it
 * can create no part, rename none to a target and remove none.
 *
 * <p>Its name begins with the generation of the group that assigned the partition. A claim that
 * finds a younger one beside it came too late and is void.
 */
final class Claim {
  private static final Logger LOG = LoggerFactory.getLogger(Claim.class);
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})-(.+)-\\d+");
  private static final String TAKEN = "taken-";

  /** More than a late writer can spoil: each time it must create a file within microseconds. */
  private static final int TRIES = 1000;

  private enum State {
    NEW,
    MADE,
    FAILED,
    VOID
  }

  private final Path partition;
  private final Path folder;
  private final long generation;
  private final Owners owners;

  /** Set by the threads of the store under the claim's lock, read by them. */
  private volatile State state = State.NEW;

  /**
   * @param partition the folder of all claims to the partition
   */
  Claim(Path partition, long generation, Owners owners, long number) {
    this.partition = partition;
    this.generation = generation;
    this.owners = owners;
    this.folder = partition.resolve("%016x-%s-%d".formatted(generation, owners.self(), number));
  }

  /** A claim to a partition that this worker does not own: nothing can be stored under it. */
  static Claim none(Path partition, Owners owners) {
    var none = new Claim(partition, 0, owners, 0);
    none.state = State.VOID;
    return none;
  }

  /**
   * The path of a file of the claim.
   *
   * @throws Refusal when the claim is void
   */
  Path file(String name) throws IOException {
    if (state != State.MADE) {
      make();
    }
    if (state == State.VOID) {
      throw Refusal.gone();
    }
    return folder.resolve(name);
  }

  boolean isMade() {
    return state == State.MADE;
  }

  Path folder() {
    return folder;
  }

  /**
   * Makes the claim, unless it is made. One thread does, others wait for it; after a failure the
   * next who needs it tries again.
   */
  synchronized void make() throws IOException {
    if (state == State.MADE || state == State.VOID) {
      return;
    }
    try {
      Files.createDirectories(partition);
      // First of all: of two that claim at a time, at least one sees the other.
      createFolder(folder);
      state = take() ? State.MADE : State.VOID;
    } catch (IOException e) {
      state = State.FAILED;
      throw e;
    }
    if (state == State.VOID) {
      LOG.warn("A younger claim than {} is there: its jobs are left alone", folder);
      Files.deleteIfExists(folder);
    }
  }

  /** Takes over what others left; false when there is a younger claim. */
  private boolean take() throws IOException {
    int taken = 0;
    for (Path left : entries(folder)) {
      // By a try before this one.
      if (left.getFileName().toString().startsWith(TAKEN)) {
        empty(left);
      }
    }
    for (Path other : entries(partition)) {
      if (other.equals(folder)) {
        continue;
      }
      if (isYounger(other)) {
        return false;
      }
      Path moved = folder.resolve(TAKEN + taken++);
      try {
        Files.move(other, moved, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // A third worker has it, or it was empty and its owner left.
        continue;
      }
      empty(moved);
    }
    return true;
  }

  private boolean isYounger(Path other) {
    Matcher name = NAME.matcher(other.getFileName().toString());
    return name.matches()
        && Long.parseUnsignedLong(name.group(1), 16) > generation
        && owners.isAlive(name.group(2));
  }

  /**
   * Moves all files up into the claim's folder and removes this one. A path below it that somebody
   * has resolved already leads nowhere from then on, also on NFS, where a folder that was only
   * renamed stays the same to those who know it.
   */
  private void empty(Path taken) throws IOException {
    if (!Files.isDirectory(taken, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(taken);
      return;
    }
    for (int i = 0; i < TRIES; i++) {
      for (Path entry : entries(taken)) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          empty(entry);
        } else {
          moveUp(entry);
        }
      }
      try {
        Files.delete(taken);
        return;
      } catch (DirectoryNotEmptyException e) {
        // Its owner is alive and was faster, once more.
      }
    }
    throw new IOException("the parts of another worker grow while they are taken over");
  }

  private void moveUp(Path entry) throws IOException {
    try {
      Files.move(entry, folder.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Its owner published or removed it meanwhile.
    }
  }

  private static void createFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      // The try before this one got so far.
    }
  }

  static List<Path> entries(Path folder) throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(all::add);
    }
    return all;
  }

  /** Removes the folder when nothing is in it. */
  void leave() {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Something is kept, or another worker is here already.
    }
  }
}
