// One group: its clients, its runs, a form that runs a load on it, its logs and what the doctor says.

import { ask } from './api.js';
import { chip, field, h, refresh, table } from './dom.js';
import { figure, time } from './figures.js';
import { followedLogs } from './followed-logs.js';
import { change } from './main.js';

const MOST_CLIENTS = 100;
const ENDED = ['ended', 'failed', 'cancelled', 'expired'];

export function groupView(id) {
  const base = `/api/v1/client-group/${id}`;
  const state = h('span', {});
  const facts = h('div', { className: 'card' });
  const doctor = h('div', {});
  const runs = h('div', { className: 'card' });
  const clients = h('div', { className: 'card' });
  const logs = followedLogs(base);
  const form = runForm(base);
  const stop = h('button', { type: 'button', onclick: () => change(() => ask(`${base}/stop`, 'POST')) }, 'Stop the run');
  const end = h('button', { type: 'button', className: 'danger', onclick: () => confirmEnd(id, base) }, 'Delete the group');
  const gone = h('p', { className: 'card empty', hidden: true });
  const showLogs = h('button', { type: 'button', onclick: () => change(() => logs.open()) }, 'Show logs');
  return {
    title: `Group ${id}`,
    root: h('div', {},
      h('div', { className: 'headline' }, h('h1', {}, `Group ${id} `, state), h('div', { className: 'actions' }, stop, showLogs, end)),
      gone, facts, doctor, form, runs, clients, logs.root),
    async update() {
      const ofGroup = (await ask(`/api/v1/runs?benchmark_id=${id}&limit=20`)).runs;
      const info = await infoOf(base);
      // Of a group that has been deleted there are only its runs.
      gone.hidden = info !== null;
      [stop, showLogs, end, facts, doctor, form, clients].forEach((part) => { part.hidden = info === null; });
      if (info === null) {
        gone.textContent = ofGroup.length === 0 ? `There is no group ${id}.` : `Group ${id} has been deleted; its runs are kept.`;
        runs.hidden = ofGroup.length === 0;
        refresh(runs, ofGroup.map((run) => [run.run_id, run.state]), () => runsOf(ofGroup));
        return false;
      }
      refresh(state, info.status, () => chip(info.status));
      stop.disabled = info.current_run_id === null;
      form.hidden = ENDED.includes(info.status);
      refresh(facts, info, () => factsOf(info));
      refresh(clients, info.clients, () => clientsOf(info));
      refresh(runs, ofGroup.map((run) => [run.run_id, run.state]), () => runsOf(ofGroup));
      await fillDiagnosis(base, doctor);
      await logs.update(ENDED.includes(info.status));
    },
  };
}

/** The service's state of the group; null where no group has that number. */
async function infoOf(base) {
  try {
    return (await ask(base)).info;
  } catch (refusal) {
    if (refusal.status === 404) {
      return null;
    }
    throw refusal;
  }
}

function factsOf(info) {
  const pairs = [
    ['Clients', `${info.registered} of ${info.num_clients} registered`],
    ['AI servers', info.ai_servers.join(', ') || 'none'],
    ['Job', info.job_id ? `${info.job_id} ${info.job_state ?? ''}` : 'none yet'],
    ['Reason', info.reason ?? '–'],
    ['Time limit', `${info.time_limit} min`],
    ['Created', time(info.created_at)],
    ['Logs', info.log_paths.join(', ') || 'none'],
  ];
  return h('dl', {}, pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function clientsOf(info) {
  if (info.clients.length === 0) {
    return [h('h2', {}, 'Clients'), h('p', { className: 'empty' }, 'No client has registered yet.')];
  }
  const shown = info.clients.slice(0, MOST_CLIENTS);
  return [h('h2', {}, 'Clients'),
    table(`The first ${shown.length} of ${info.clients.length} clients`, ['Client', 'Node', 'Address', 'State', 'Clock offset, ms'],
      shown.map((client) => [String(client.id), client.node ?? '–', client.address, chip(client.state), figure(client.clock_offset_ms)]))];
}

function runsOf(runs) {
  return [h('h2', {}, 'Runs'), runs.length === 0
    ? h('p', { className: 'empty' }, 'No run yet.')
    : table('Runs of the group', ['Run', 'State', 'Created'], runs.map((run) => [
      h('a', { href: `#/run/${run.run_id}` }, run.run_id), chip(run.state), time(run.created_at)]))];
}

/** A service may not offer a diagnosis: then there is nothing to show. */
async function fillDiagnosis(base, doctor) {
  if (doctor.dataset.missing) {
    return;
  }
  try {
    const diagnosis = await ask(`${base}/diagnosis`);
    refresh(doctor, diagnosis, () => h('div', { className: 'card' }, h('h2', {}, 'Diagnosis'), wordsOf(diagnosis)));
  } catch (refusal) {
    if (refusal.status !== 404) {
      throw refusal;
    }
    doctor.dataset.missing = 'true';
  }
}

/** Texts as paragraphs, lists as lists, members under their names: readable for any diagnosis. */
function wordsOf(value) {
  if (Array.isArray(value)) {
    return h('ul', {}, value.map((item) => h('li', {}, wordsOf(item))));
  }
  if (value !== null && typeof value === 'object') {
    return h('dl', {}, Object.entries(value).filter(([, inner]) => hasWords(inner))
      .map(([name, inner]) => h('div', {}, h('dt', {}, name.replaceAll('_', ' ')), h('dd', {}, wordsOf(inner)))));
  }
  return h('span', {}, String(value));
}

function hasWords(value) {
  return value !== null && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0);
}

function confirmEnd(id, base) {
  if (window.confirm(`End the clients of group ${id} and cancel its job? Results are kept.`)) {
    change(async () => {
      await ask(base, 'DELETE');
      location.hash = '#/';
    });
  }
}

function runForm(base) {
  const kind = h('select', { name: 'load' },
    h('option', { value: 'concurrency' }, 'requests in flight'), h('option', { value: 'request_rate' }, 'requests per second'));
  const amount = h('input', { type: 'number', name: 'amount', min: 0.001, step: 'any', value: 8, required: true });
  const duration = h('input', { name: 'duration', value: '30s', required: true });
  const warmup = h('input', { name: 'warmup', value: '0s' });
  const input = h('input', { type: 'number', name: 'isl', min: 1, value: 256, required: true });
  const output = h('input', { type: 'number', name: 'osl', min: 1, value: 128, required: true });
  const model = h('input', { name: 'model', placeholder: "the server's first" });
  const seed = h('input', { type: 'number', name: 'seed', value: 0 });
  const ttft = h('input', { type: 'number', name: 'goodput_ttft', min: 0, step: 'any', placeholder: 'none' });
  const submit = (event) => {
    event.preventDefault();
    const load = { duration: duration.value.trim(), isl: Number(input.value), osl: Number(output.value), seed: Number(seed.value) };
    load[kind.value] = Number(amount.value);
    if (warmup.value.trim() !== '') {
      load.warmup = warmup.value.trim();
    }
    if (model.value.trim() !== '') {
      load.model = model.value.trim();
    }
    if (ttft.value !== '') {
      load.goodput = { ttft: Number(ttft.value) };
    }
    change(async () => {
      const run = await ask(`${base}/run?when=ready`, 'POST', load);
      location.hash = `#/run/${run.run_id}`;
    }, event.target, { concurrency: 'amount', request_rate: 'amount', goodput: 'goodput_ttft' });
  };
  return h('form', { className: 'card', onsubmit: submit, 'aria-label': 'Run a load' },
    h('h2', {}, 'Run a load'),
    h('div', { className: 'fields' },
      field('Load', kind), field('Amount', amount, 'total of all clients'), field('Duration', duration), field('Warm-up', warmup),
      field('Input tokens', input), field('Output tokens', output), field('Model', model), field('Seed', seed),
      field('TTFT limit, ms', ttft, 'for goodput')),
    h('button', { type: 'submit', className: 'primary' }, 'Run'));
}
