/** Groups and their clients, by the real HTTP interface. */
package aifactory.service.groups;
