/** Configuration keys, where their values come from, and how options take them as defaults. */
@NullMarked
package aifactory.commandline.configuration;

import org.jspecify.annotations.NullMarked;
