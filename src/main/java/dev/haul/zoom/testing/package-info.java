/**
 * A double of Zoom's API on loopback, after its public documentation, with an account made up from
 * a seed and with the faults that the real one shows now and then.
 */
@NullMarked
package dev.haul.zoom.testing;

import org.jspecify.annotations.NullMarked;
