// Where the time of a run's requests went, and what limits the server: as 'aifactory explain' prints it.

import { h, table } from './dom.js';
import { figure } from './figures.js';

const NAMES = { client: 'client process', network: 'network and gateway', queue: 'queue', prefill: 'prefill', server: 'server, other',
  decode: 'decode', unknown: 'not reported' };

/** A card; null for a run of a version without explanations. */
export function explanationOf(summary) {
  const { explanation } = summary;
  if (!explanation) {
    return null;
  }
  return h('section', { className: 'card findings', 'aria-label': 'Explanation' }, h('h2', {}, 'Where the time went'),
    summary.valid ? null : h('p', { className: 'warning' }, 'The run is not valid; read its reasons before the explanation.'),
    explanation.latencies.length > 0 ? explanation.latencies.flatMap(stackOf)
      : h('p', { className: 'note' }, explanation.engine
        ? `${explanation.engine} reports neither queue nor prefill times, so the latency cannot be divided into parts.`
        : 'The servers reported no metrics, so the latency cannot be divided into parts.'),
    h('h3', {}, 'What limits the server'),
    explanation.causes.length === 0 ? h('p', { className: 'note' }, 'Nothing was found that limits the server.')
      : h('ul', {}, explanation.causes.map((cause) => h('li', {}, h('code', {}, cause.code), ` ${cause.message} ${cause.remedy}`))));
}

function stackOf(stack) {
  const name = stack.metric.replace(/_ms$/, '').toUpperCase();
  const share = (part) => (stack.mean_ms > 0 ? Math.min(1, Math.max(0, part.mean_ms / stack.mean_ms)) : 0);
  const title = `Mean ${name}: ${figure(stack.mean_ms)} ms`;
  return [h('h3', {}, title), table(title, ['Part', 'Mean, ms', 'Share', 'Bar'], stack.parts.map((part) => [
    NAMES[part.name] ?? part.name, figure(part.mean_ms), `${(share(part) * 100).toFixed(1)} %`,
    h('meter', { min: 0, max: 1, value: share(part), 'aria-label': `Share of ${NAMES[part.name] ?? part.name}` })]))];
}
