/** What outlives the process. */
@NullMarked
package aifactory.service.persistence;

import org.jspecify.annotations.NullMarked;
