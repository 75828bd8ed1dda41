/** Client processes on this machine. */
package aifactory.service.servers;
