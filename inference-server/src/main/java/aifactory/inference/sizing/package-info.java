/**
 * How much GPU memory a model needs, read from its files or estimated from its name, with the calculation. Starts no
 * process.
 */
@NullMarked
package aifactory.inference.sizing;

import org.jspecify.annotations.NullMarked;
