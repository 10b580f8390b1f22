/** A double of S3 with faults on demand, for tests and for trying a store; no part of a worker. */
@NullMarked
package dev.haul.origin.s3;

import org.jspecify.annotations.NullMarked;
