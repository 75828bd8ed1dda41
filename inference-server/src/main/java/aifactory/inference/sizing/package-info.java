/** How much GPU memory a model needs, read from its files or estimated from its name, with the arithmetic in words. Starts nothing. */
@NullMarked
package aifactory.inference.sizing;

import org.jspecify.annotations.NullMarked;
