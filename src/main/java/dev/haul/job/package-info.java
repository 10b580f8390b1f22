/** The vocabulary of Haul: jobs, failures and events. Depends on the JDK alone. */
@NullMarked
package dev.haul.job;

import org.jspecify.annotations.NullMarked;
