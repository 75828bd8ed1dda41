@org.jspecify.annotations.NullMarked
package aifactory.commandline.composition;
