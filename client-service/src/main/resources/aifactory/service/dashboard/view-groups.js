// All groups and their states, and a form that makes one.

import { ask } from './api.js';
import { chip, field, h, keyedTable } from './dom.js';
import { time } from './figures.js';
import { change } from './main.js';

export function groupsView() {
  const list = keyedTable(['Group', 'State', 'Clients', 'Run', 'AI servers', 'Job', 'Created']);
  const empty = h('p', { className: 'empty' });
  const filter = h('input', { type: 'search', placeholder: 'number, state or server', 'aria-label': 'Show only groups with' });
  let groups = [];
  const draw = () => {
    const wanted = filter.value.trim().toLowerCase();
    const shown = groups.map(row).filter((cells) => wanted === '' || cells.join(' ').toLowerCase().includes(wanted));
    empty.hidden = shown.length > 0;
    list.root.hidden = shown.length === 0;
    empty.textContent = groups.length === 0 ? 'No groups yet: create one below.' : 'No matching groups.';
    list.update(`${shown.length} of ${groups.length} groups`, shown.map(([id, state, clients, run, servers, job, created]) => ({
      key: id, shown: [state, clients, run, servers, job, created].join('\n'), cells: () => [
        h('a', { href: `#/group/${id}` }, id), chip(state), clients,
        run === '' ? '–' : h('a', { href: `#/run/${run}` }, run), servers, job, time(created)] })));
  };
  filter.addEventListener('input', draw);
  return {
    title: 'Groups',
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, 'Groups'), filter), h('div', { className: 'card' }, empty, list.root), createForm()),
    async update() {
      groups = (await ask('/api/v1/client-groups')).groups;
      draw();
    },
  };
}

function row({ benchmark_id: id, info }) {
  return [String(id), info.status, `${info.registered} of ${info.num_clients}`, info.current_run_id ?? info.latest_run_id ?? '',
    info.ai_servers.join(', '), info.job_id ? `${info.job_id} ${info.job_state ?? ''}` : '–', info.created_at];
}

function createForm() {
  const number = h('input', { type: 'number', name: 'id', min: 0, max: 2147483647, placeholder: 'the next free one' });
  const clients = h('input', { type: 'number', name: 'num_clients', min: 1, value: 2, required: true });
  const limit = h('input', { type: 'number', name: 'time_limit', min: 1, value: 10, required: true });
  const servers = h('textarea', { name: 'ai_servers', rows: 2, placeholder: 'http://node17:8000' });
  const profile = h('input', { name: 'profile', placeholder: 'none' });
  const submit = (event) => {
    event.preventDefault();
    const body = { num_clients: Number(clients.value), time_limit: Number(limit.value) };
    const addresses = servers.value.split(/[\s,]+/).filter(Boolean);
    if (addresses.length > 0) {
      body.ai_servers = addresses;
    }
    if (profile.value.trim() !== '') {
      body.profile = profile.value.trim();
    }
    change(async () => {
      const path = number.value === '' ? '/api/v1/client-groups' : `/api/v1/client-group/${number.value}`;
      const created = await ask(path, 'POST', body);
      location.hash = `#/group/${created.benchmark_id}`;
    }, event.target, { benchmark_id: 'id' });
  };
  return h('form', { className: 'card', onsubmit: submit, 'aria-label': 'New group' },
    h('h2', {}, 'New group'),
    h('div', { className: 'fields' },
      field('Number', number), field('Clients', clients, 'processes, one per node'), field('Time limit', limit, 'minutes'),
      field('Profile', profile), field('AI servers', servers, 'one per line; empty: those of the service')),
    h('button', { type: 'submit', className: 'primary' }, 'Create the group'));
}
