/** Campaigns: many runs from one file, and the search for the capacity. */
@NullMarked
package aifactory.commandline.campaign;

import org.jspecify.annotations.NullMarked;
