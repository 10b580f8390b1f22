/** Part files and their atomic publication. */
@NullMarked
package dev.haul.store;

import org.jspecify.annotations.NullMarked;
