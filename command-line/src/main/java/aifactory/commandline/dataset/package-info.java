/** Descriptions of datasets for people. */
@NullMarked
package aifactory.commandline.dataset;

import org.jspecify.annotations.NullMarked;
