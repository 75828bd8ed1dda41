@org.jspecify.annotations.NullMarked
package aifactory.service.persistence;
