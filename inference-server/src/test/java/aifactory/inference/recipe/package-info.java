@org.jspecify.annotations.NullMarked
package aifactory.inference.recipe;
