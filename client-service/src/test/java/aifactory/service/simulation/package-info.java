/**
 * The whole service behind its HTTP layer on one thread, in virtual time, with everything that fails drawn from a seed.
 */
@NullMarked
package aifactory.service.simulation;

import org.jspecify.annotations.NullMarked;
