/** How https servers are trusted. */
@NullMarked
package aifactory.engine.tls;

import org.jspecify.annotations.NullMarked;
