// How the runs of one side differ from those of the other.

import { ask } from './api.js';
import { field, h, table } from './dom.js';
import { figure, percent } from './figures.js';

const WORDS = { no_difference_shown: 'no difference shown', slower: 'slower', faster: 'faster', too_few: 'too few requests',
  not_comparable: 'not comparable' };

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
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, 'Compare')),
      h('form', { className: 'card', onsubmit: submit, 'aria-label': 'Runs to compare' },
        h('div', { className: 'fields' }, field('Before', before), field('After', after, 'run ids, or pick runs in the list')),
        h('button', { type: 'submit', className: 'primary' }, 'Compare')),
      found),
    async update() {
      if (query.getAll('before').length > 0 && query.getAll('after').length > 0) {
        found.replaceChildren(h('p', { className: 'card note' }, 'Comparing request by request …'));
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

function findingOf(comparison, query) {
  const rows = comparison.differences.map((difference) => [`${difference.title}, ${difference.statistic}`, figure(difference.before),
    figure(difference.after), percent(difference.change),
    difference.low === null ? '–' : `${percent(difference.low)} … ${percent(difference.high)}`,
    h('span', { className: `finding ${difference.finding}` }, WORDS[difference.finding] ?? difference.finding)]);
  return [
    h('section', { className: 'card verdict', 'aria-label': 'Finding' }, h('h2', {}, comparison.sentence),
      h('ul', {}, comparison.warnings.map((warning) => h('li', {}, warning)))),
    h('div', { className: 'card' },
      table('Differences', ['Milliseconds', 'Before', 'After', 'Change', 'Interval', 'Finding'], rows),
      h('p', { className: 'note' }, `${comparison.confidence * 100} % intervals from a block bootstrap over time; findings corrected for ${comparison.differences.length} comparisons (Holm).`)),
    h('div', { className: 'card links' }, h('a', { href: `/api/v1/comparison?${query}&format=html`, target: '_blank', rel: 'noopener' }, 'With distributions'),
      h('a', { href: `/api/v1/comparison?${query}&format=markdown`, target: '_blank', rel: 'noopener' }, 'Markdown')),
  ];
}
