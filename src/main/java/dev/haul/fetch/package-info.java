/** Bytes from HTTP: connections, redirects, deadlines, the address guard. */
@NullMarked
package dev.haul.fetch;

import org.jspecify.annotations.NullMarked;
