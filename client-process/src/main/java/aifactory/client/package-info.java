@NullMarked
package aifactory.client;

import org.jspecify.annotations.NullMarked;
