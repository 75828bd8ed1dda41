/** Campaigns: their steps, and the curve that they make together. */
@NullMarked
package aifactory.reporting.campaign;

import org.jspecify.annotations.NullMarked;
