/** Building the container image that clients run in. */
@NullMarked
package aifactory.commandline.image;

import org.jspecify.annotations.NullMarked;
