/** The load engine on Netty: what a client process starts. */
@NullMarked
package aifactory.engine.netty;

import org.jspecify.annotations.NullMarked;
