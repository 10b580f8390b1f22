package dev.haul.pipeline;

import dev.haul.job.Partition;
import java.time.Duration;
import java.util.Set;

/**
 * Orders dispatch to give back the jobs of some partitions. Those that run no transfer are given
 * back at once, the others when the grace is over.
 */
record HandOver(Set<Partition> partitions, Duration grace) {}
