/** The process's own port: status, metrics, and what people order there. */
@NullMarked
package aifactory.client.control;

import org.jspecify.annotations.NullMarked;
