@org.jspecify.annotations.NullMarked
package aifactory.capacity;
