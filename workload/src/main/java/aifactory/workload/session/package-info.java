/** The group's requests in their order, and which of them are a client's own. */
@NullMarked
package aifactory.workload.session;

import org.jspecify.annotations.NullMarked;
