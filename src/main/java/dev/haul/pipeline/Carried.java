package dev.haul.pipeline;

import dev.haul.job.History;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a job takes along when it waits outside of the worker.
 *
 * @param acceptedAt when a worker took its first record
 * @param startedAt when its first attempt began, null when none did
 * @param attempts begun so far
 * @param bytesTransferred body bytes received by them
 * @param notBefore no attempt before this
 * @param heldUntil where it is now it stays until this
 * @param traceparent of the trace that it goes on with, null when its record's is enough
 */
public record Carried(
    Instant acceptedAt,
    @Nullable Instant startedAt,
    int attempts,
    long bytesTransferred,
    History history,
    Instant notBefore,
    Instant heldUntil,
    @Nullable String traceparent) {}
