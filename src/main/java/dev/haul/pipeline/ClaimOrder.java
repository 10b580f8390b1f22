package dev.haul.pipeline;

import dev.haul.job.Partition;
import java.util.Set;

/** Partitions that have come to this worker, and in which generation of its group. */
record ClaimOrder(Set<Partition> partitions, long generation) {}
