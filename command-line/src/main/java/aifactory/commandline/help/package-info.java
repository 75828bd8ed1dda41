/** Layout of help texts: width of the terminal, headings, defaults, and the short and the complete form. */
@NullMarked
package aifactory.commandline.help;

import org.jspecify.annotations.NullMarked;
