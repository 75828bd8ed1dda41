package aifactory.service.servers;

import aifactory.protocol.ServerSpecification;

/**
 * What a group's servers are to run now.
 *
 * @param number from 1; rises with every change
 */
public record ServerGeneration(int number, ServerSpecification specification) {}
