/** AI servers that are started for groups: what they are to be, where they are, and what became of them. */
@NullMarked
package aifactory.service.servers;

import org.jspecify.annotations.NullMarked;
