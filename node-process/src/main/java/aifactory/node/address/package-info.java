/** The address that the service reaches this process at. */
@NullMarked
package aifactory.node.address;

import org.jspecify.annotations.NullMarked;
