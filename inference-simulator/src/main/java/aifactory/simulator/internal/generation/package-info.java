/** What is generated: requests as they were understood, sequence slots, and the answers with their events. */
@NullMarked
package aifactory.simulator.internal.generation;

import org.jspecify.annotations.NullMarked;
