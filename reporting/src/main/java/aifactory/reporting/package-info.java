@NullMarked
package aifactory.reporting;

import org.jspecify.annotations.NullMarked;
