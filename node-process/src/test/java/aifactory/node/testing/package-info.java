/** What the tests of the module share. */
@NullMarked
package aifactory.node.testing;

import org.jspecify.annotations.NullMarked;
