/** What every process of a group on a node has in common: how it runs and how it ends. */
@NullMarked
package aifactory.node;

import org.jspecify.annotations.NullMarked;
