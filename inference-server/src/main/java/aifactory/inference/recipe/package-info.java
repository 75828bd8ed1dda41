/** The commands that start an AI server, filled in from a model's name and what a user wants otherwise. Starts nothing. */
@NullMarked
package aifactory.inference.recipe;

import org.jspecify.annotations.NullMarked;
