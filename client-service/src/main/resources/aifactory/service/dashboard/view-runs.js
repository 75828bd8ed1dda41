// The newest runs of all groups, of which some can be chosen to be compared.

import { ask } from './api.js';
import { chip, h, keyedTable } from './dom.js';
import { time } from './figures.js';

const NEWEST = 200;
const MOST = 2000;
const MOST_AT_ONCE = 900;

export function runsView() {
  const chosen = { before: new Set(), after: new Set() };
  let newest = [];
  let older = [];
  const runs = keyedTable(['Run', 'Group', 'State', 'Created', 'Before', 'After']);
  const empty = h('p', { className: 'empty' });
  const filter = h('input', { type: 'search', placeholder: 'run, group or state', 'aria-label': 'Show only runs with', oninput: () => draw() });
  const more = h('button', { type: 'button', hidden: true, onclick: loadOlder }, `Show up to ${MOST.toLocaleString('en-US')} runs`);
  const compare = h('button', { type: 'button', className: 'primary', disabled: true, onclick: () => {
    const query = new URLSearchParams();
    chosen.before.forEach((run) => query.append('before', run));
    chosen.after.forEach((run) => query.append('after', run));
    location.hash = `#/compare?${query}`;
  } }, 'Compare');
  // A row is rebuilt when its run changes: what was chosen stays.
  const box = (side, run) => h('input', { type: 'checkbox', checked: chosen[side].has(run), 'aria-label': `${run}: ${side}`, onchange: (event) => {
    event.target.checked ? chosen[side].add(run) : chosen[side].delete(run);
    compare.disabled = chosen.before.size === 0 || chosen.after.size === 0;
  } });

  async function loadOlder() {
    more.disabled = true;
    while (newest.length + older.length < MOST) {
      const limit = Math.min(MOST_AT_ONCE, MOST - newest.length - older.length);
      const page = (await ask(`/api/v1/runs?limit=${limit}&offset=${newest.length + older.length}`)).runs;
      older = older.concat(page);
      if (page.length < limit) {
        break;
      }
    }
    more.hidden = true;
    draw();
  }

  function draw() {
    const wanted = filter.value.trim().toLowerCase();
    const seen = new Set();
    const all = newest.concat(older).filter((run) => !seen.has(run.run_id) && seen.add(run.run_id));
    const shown = all.filter((run) => wanted === '' || `${run.run_id} ${run.benchmark_id} ${run.state}`.toLowerCase().includes(wanted));
    empty.hidden = shown.length > 0;
    runs.root.hidden = shown.length === 0;
    empty.textContent = all.length === 0 ? 'There is no run yet: create a group, and run a load on it.' : 'No matching runs.';
    runs.update(`${shown.length} of ${all.length} runs, the newest first`, shown.map((run) => ({
      key: run.run_id, shown: run.state, cells: () => [
        h('a', { href: `#/run/${run.run_id}` }, run.run_id), h('a', { href: `#/group/${run.benchmark_id}` }, String(run.benchmark_id)),
        chip(run.state), time(run.created_at), box('before', run.run_id), box('after', run.run_id)] })));
  }

  return {
    title: 'Runs',
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, 'Runs'), h('div', { className: 'actions' }, filter, compare)),
      h('div', { className: 'card' }, empty, runs.root, more)),
    async update() {
      newest = (await ask(`/api/v1/runs?limit=${NEWEST}`)).runs;
      more.hidden = newest.length < NEWEST || older.length > 0;
      draw();
    },
  };
}
