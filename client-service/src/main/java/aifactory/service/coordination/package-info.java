/** Leads groups and their runs from state to state, and watches over them. */
@NullMarked
package aifactory.service.coordination;

import org.jspecify.annotations.NullMarked;
