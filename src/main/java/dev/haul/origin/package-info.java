/** An HTTP(S) origin with faults on demand, to test against. */
@NullMarked
package dev.haul.origin;

import org.jspecify.annotations.NullMarked;
