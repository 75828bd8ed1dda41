/** What every dispatcher does. */
package aifactory.service.dispatch;
