package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks what stands under a job's target.
 *
 * @param size wanted, if known
 * @param checksum wanted, null if unknown
 */
public record FindOrder(DownloadJob job, OptionalLong size, @Nullable Checksum checksum) {}
