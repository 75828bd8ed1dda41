@org.jspecify.annotations.NullMarked
package aifactory.access;
