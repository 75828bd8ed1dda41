/** The dashboard as people see it: in Chromium, with a service, clients and a simulated AI server that are real. */
@NullMarked
package aifactory.browser;

import org.jspecify.annotations.NullMarked;
