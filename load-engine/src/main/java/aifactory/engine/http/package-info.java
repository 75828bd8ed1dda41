@NullMarked
package aifactory.engine.http;

import org.jspecify.annotations.NullMarked;
