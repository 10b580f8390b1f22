package dev.haul.pipeline;

/**
 * The proof that this worker is a member of its group, as of the moment in which intake knew which
 * partitions are its own. Kafka takes offsets only with the group's present one, so a worker that
 * has been replaced without noticing can make nothing true any more. Made by the {@link JobSource}
 * and shown by the {@link EventSink}; nobody between looks into it.
 */
public interface Membership {}
