/**
 * The operator's side: which jobs there are, why one waits or failed, its logs, what it used, what a group would take,
 * cleaning up.
 */
@NullMarked
package aifactory.service.operations;

import org.jspecify.annotations.NullMarked;
