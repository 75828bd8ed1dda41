/**
 * A simulated AI server that implements the OpenAI API with configurable latencies, capacity and faults.
 *
 * <p>{@link aifactory.simulator.server.InferenceSimulator} starts one. Everything of a connection happens on the one event
 * loop that owns it: its requests, its answers and their timers. What the event loops share are the sequence slots (a
 * lock held for a few instructions) and the counters. Answers are due at absolute instants, so that the lateness of one
 * chunk never moves the next one.
 */
@NullMarked
package aifactory.simulator;

import org.jspecify.annotations.NullMarked;
