/** Runs a cluster, hurts it by a seeded schedule, and checks from the outside what came of it. */
@NullMarked
package dev.haul.chaos;

import org.jspecify.annotations.NullMarked;
