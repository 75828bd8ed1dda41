/** What the process knows of itself while it runs. */
@NullMarked
package aifactory.client.progress;

import org.jspecify.annotations.NullMarked;
