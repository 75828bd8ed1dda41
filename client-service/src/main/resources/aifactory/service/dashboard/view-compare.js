// How the runs of one side differ from those of the other.

import { ask } from './api.js';
import { field, h, table } from './dom.js';
import { figure, percent } from './figures.js';

const WORDS = { no_difference_shown: 'no difference shown', slower: 'slower', faster: 'faster', worse: 'worse', better: 'better',
  different: 'different', not_comparable: 'not comparable' };

export function compareView(query) {
  const before = h('input', { name: 'before', value: query.getAll('before').join(' '), placeholder: 'run ids', required: true });
  const after = h('input', { name: 'after', value: query.getAll('after').join(' '), placeholder: 'run ids', required: true });
  const found = h('div', {});
  const submit = (event) => {
    event.preventDefault();
    const asked = new URLSearchParams();
    before.value.split(/[\s,]+/).filter(Boolean).forEach((run) => asked.append('before', run));
    after.value.split(/[\s,]+/).filter(Boolean).forEach((run) => asked.append('after', run));
    location.hash = `#/compare?${asked}`;
  };
  return {
    title: 'Compare',
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, 'Compare')),
      h('form', { className: 'card', onsubmit: submit, 'aria-label': 'Runs to compare' },
        h('div', { className: 'fields' }, field('Before', before), field('After', after, 'run ids, or pick runs in the list')),
        h('button', { type: 'submit', className: 'primary' }, 'Compare')),
      found),
    async update() {
      if (query.getAll('before').length > 0 && query.getAll('after').length > 0) {
        found.replaceChildren(h('p', { className: 'card note' }, 'Comparing request records …'));
        try {
          const comparison = await ask(`/api/v1/comparison?${query}`);
          found.replaceChildren(...findingOf(comparison, query));
        } catch (refusal) {
          found.replaceChildren();
          throw refusal;
        }
      }
      return false;
    },
  };
}

function row(difference, comparison) {
  const share = difference.absolute;
  const change = (value) => (value === null ? '–' : share ? `${(value * 100).toFixed(2)} points` : percent(value));
  const value = (number) => figure(share && number !== null ? number * 100 : number);
  const name = difference.statistic === 'value' ? difference.title : `${difference.title}, ${difference.statistic}`;
  const effect = difference.statistic === 'mean' && comparison.comparable
    && comparison.effects.find((found) => found.metric === difference.metric);
  return [name, share ? '%' : difference.unit, value(difference.before), value(difference.after), change(difference.change),
    difference.low === null ? '–' : `${change(difference.low)} … ${change(difference.high)}`,
    effect ? `${effect.cliffs_delta.toFixed(2)}, ${effect.size}` : '',
    h('span', { className: `finding ${difference.finding}` }, WORDS[difference.finding] ?? difference.finding)];
}

function listOf(texts) {
  return texts.length > 0 ? h('ul', {}, texts.map((text) => h('li', {}, text))) : null;
}

function findingOf(comparison, query) {
  const all = [...comparison.differences, ...comparison.run_metrics];
  const missing = all.filter((difference) => difference.finding === 'too_few');
  const rows = all.filter((difference) => difference.finding !== 'too_few').map((difference) => row(difference, comparison));
  // Nothing is concluded from sides that are not comparable.
  const columns = comparison.comparable ? 8 : 4;
  const fewest = Math.min(...comparison.sides.map((side) => side.fewest_completed));
  return [
    h('section', { className: 'card verdict', 'aria-label': 'Finding' }, h('h2', {}, comparison.comparable ? comparison.sentence : 'Not comparable'),
      listOf(comparison.not_comparable),
      comparison.warnings.length > 0 ? h('h3', {}, 'Warnings') : null,
      listOf(comparison.warnings)),
    h('div', { className: 'card' },
      table('Differences', ['Metric', 'Unit', 'Before', 'After', 'Change', 'Interval', 'Cliff’s δ', 'Result'].slice(0, columns), rows.map((cells) => cells.slice(0, columns))),
      missing.length > 0 && comparison.comparable
        ? h('details', {}, h('summary', {}, `${missing.length} differences without enough requests`),
          h('p', { className: 'note' }, `${missing.map((difference) => `${difference.title}, ${difference.statistic}`).join('; ')}. The smallest run has ${fewest} completed requests; a p99 requires 1,000 per run, a p95 200, a p90 100, any other value 40.`))
        : null,
      comparison.comparable ? h('p', { className: 'note' }, `${comparison.confidence * 100} % intervals from a block bootstrap over time, of rates from batch means; findings corrected for ${all.length} comparisons (Holm).`) : null),
    h('div', { className: 'card links' }, h('a', { href: `/api/v1/comparison?${query}&format=html`, target: '_blank', rel: 'noopener' }, 'With distributions'),
      h('a', { href: `/api/v1/comparison?${query}&format=markdown`, target: '_blank', rel: 'noopener' }, 'Markdown')),
  ];
}
