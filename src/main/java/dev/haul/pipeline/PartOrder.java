package dev.haul.pipeline;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Representation;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A part to begin.
 *
 * @param job that it is for
 * @param contentType told by the server, null when not
 * @param algorithm of the checksum that the published file is told with
 * @param told what the server says of the whole file; publication checks it
 * @param size of the file, if it is known: room for it is looked for before the first byte
 * @param representation that the bytes will belong to; null when they are worth nothing unless all
 *     of them come
 */
public record PartOrder(
    PartKey key,
    DownloadJob job,
    @Nullable String contentType,
    Algorithm algorithm,
    List<ToldDigest> told,
    OptionalLong size,
    @Nullable Representation representation) {
  public PartOrder {
    told = List.copyOf(told);
  }
}
