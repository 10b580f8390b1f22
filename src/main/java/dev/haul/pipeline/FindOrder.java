package dev.haul.pipeline;

import dev.haul.job.DownloadJob;

/** Asks what stands under a job's target. */
public record FindOrder(DownloadJob job) {}
