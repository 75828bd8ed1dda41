@org.jspecify.annotations.NullMarked
package aifactory.commandline.campaign;
