/** The address that the service reaches this process at. */
@NullMarked
package aifactory.client.address;

import org.jspecify.annotations.NullMarked;
