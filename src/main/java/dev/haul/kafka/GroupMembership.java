package dev.haul.kafka;

import dev.haul.pipeline.Membership;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * What a consumer shows with offsets in a transaction: group, member and generation.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-447">KIP-447</a>
 */
record GroupMembership(ConsumerGroupMetadata metadata) implements Membership {}
