/**
 * The commands that start an AI server, derived from a model's name and a user's further requirements. Starts nothing.
 */
@NullMarked
package aifactory.inference.recipe;

import org.jspecify.annotations.NullMarked;
