/** The load that a user asks for, by options and by file, turned into one request to the Client Service. */
@NullMarked
package aifactory.commandline.load;

import org.jspecify.annotations.NullMarked;
