@NullMarked
package aifactory.protocol;

import org.jspecify.annotations.NullMarked;
