/** Hand-written stand-ins for what a client process talks to. */
@NullMarked
package aifactory.client.testing;

import org.jspecify.annotations.NullMarked;
