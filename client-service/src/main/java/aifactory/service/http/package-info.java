/** The service's HTTP interface. */
@NullMarked
package aifactory.service.http;

import org.jspecify.annotations.NullMarked;
