/** Those who want to be told how groups fare. */
@NullMarked
package aifactory.service.observers;

import org.jspecify.annotations.NullMarked;
