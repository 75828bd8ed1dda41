@NullMarked
package aifactory.measurement;

import org.jspecify.annotations.NullMarked;
