/** Decisions without clock, thread or I/O: back-off, retries, slots, the offset ledger. */
@NullMarked
package dev.haul.policy;

import org.jspecify.annotations.NullMarked;
