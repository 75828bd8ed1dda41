/** What AI servers tell of themselves while they are measured. */
@NullMarked
package aifactory.service.observation;

import org.jspecify.annotations.NullMarked;
