/** HTTP/1.1 as the simulator serves it: connections, routes and plain answers. */
@NullMarked
package aifactory.simulator.internal.http;

import org.jspecify.annotations.NullMarked;
