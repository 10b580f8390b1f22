package dev.haul.zoom.testing;

import java.time.Instant;
import java.util.List;

/**
 * A recorded meeting of the double.
 *
 * @param host id of its user
 */
record DoubleMeeting(
    String uuid,
    long number,
    String topic,
    Instant start,
    int minutes,
    DoubleUser host,
    List<DoubleFile> files) {}
