/**
 * Reads what AI servers report of themselves. {@link aifactory.servermetrics.Exposition} parses the text of one
 * response; {@link aifactory.servermetrics.EngineTable} maps the metrics of each engine to the vocabulary of {@link
 * aifactory.servermetrics.ServerFigure}. No input or output, no clock, no threads.
 */
@NullMarked
package aifactory.servermetrics;

import org.jspecify.annotations.NullMarked;
