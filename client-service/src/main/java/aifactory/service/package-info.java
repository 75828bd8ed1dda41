@NullMarked
package aifactory.service;

import org.jspecify.annotations.NullMarked;
