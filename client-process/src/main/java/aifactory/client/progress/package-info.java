/** Internal metrics of the process while it runs. */
@NullMarked
package aifactory.client.progress;

import org.jspecify.annotations.NullMarked;
