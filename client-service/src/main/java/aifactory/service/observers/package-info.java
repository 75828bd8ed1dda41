/** Recipients of updates about groups. */
@NullMarked
package aifactory.service.observers;

import org.jspecify.annotations.NullMarked;
