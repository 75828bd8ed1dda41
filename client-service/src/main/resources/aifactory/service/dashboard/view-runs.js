// The newest runs of all groups, of which some can be chosen to be compared.

import { ask } from './api.js';
import { chip, h, refresh, table } from './dom.js';
import { time } from './figures.js';

export function runsView() {
  const chosen = { before: new Set(), after: new Set() };
  const list = h('div', { className: 'card' });
  const compare = h('button', { type: 'button', className: 'primary', disabled: true, onclick: () => {
    const query = new URLSearchParams();
    chosen.before.forEach((run) => query.append('before', run));
    chosen.after.forEach((run) => query.append('after', run));
    location.hash = `#/compare?${query}`;
  } }, 'Compare');
  const box = (side, run) => h('input', { type: 'checkbox', 'aria-label': `${run}: ${side}`, onchange: (event) => {
    event.target.checked ? chosen[side].add(run) : chosen[side].delete(run);
    compare.disabled = chosen.before.size === 0 || chosen.after.size === 0;
  } });
  return {
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, 'Runs'), compare), list),
    async update() {
      const { runs } = await ask('/api/v1/runs?limit=200');
      refresh(list, runs.map((run) => [run.run_id, run.state]), () => (runs.length === 0
        ? h('p', { className: 'empty' }, 'There has been no run yet: make a group, and run a load on it.')
        : table('Runs, the newest first', ['Run', 'Group', 'State', 'Created', 'Before', 'After'], runs.map((run) => [
          h('a', { href: `#/run/${run.run_id}` }, run.run_id), h('a', { href: `#/group/${run.benchmark_id}` }, String(run.benchmark_id)),
          chip(run.state), time(run.created_at), box('before', run.run_id), box('after', run.run_id)]))));
    },
  };
}
