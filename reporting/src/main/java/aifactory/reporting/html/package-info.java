/** The report as one HTML file that needs no network. */
@NullMarked
package aifactory.reporting.html;

import org.jspecify.annotations.NullMarked;
