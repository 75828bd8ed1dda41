/** Reports and exports of runs. */
@NullMarked
package aifactory.service.reports;

import org.jspecify.annotations.NullMarked;
