/** Waiting that can be cut short, and how long to wait between tries. */
@NullMarked
package aifactory.client.waiting;

import org.jspecify.annotations.NullMarked;
