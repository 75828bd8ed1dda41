@org.jspecify.annotations.NullMarked
package aifactory.workload.document;
