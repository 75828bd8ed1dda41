/** The history of runs of one user, kept without a service: names, tags and the values of each run. */
@NullMarked
package aifactory.commandline.history;

import org.jspecify.annotations.NullMarked;
