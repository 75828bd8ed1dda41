// One run: its progress while it continues, its result when it has ended.

import { ask } from './api.js';
import { chartState, timelineCharts } from './chart.js';
import { chip, h, refresh, table } from './dom.js';
import { explanationOf } from './explanation.js';
import { count, figure, time } from './figures.js';
import { change } from './main.js';

const GOING = ['queued', 'arming', 'running', 'draining'];
const TITLES = { ttft_ms: 'Time to first token', ttft_from_schedule_ms: 'Time to first token from schedule', tpot_ms: 'Time per output token',
  itl_ms: 'Inter-token latency', e2el_ms: 'End-to-end latency', e2el_from_schedule_ms: 'End-to-end latency from schedule',
  schedule_delay_ms: 'Schedule delay (of the clients)' };

export function runView(id) {
  const base = `/api/v1/runs/${id}`;
  const state = h('span', {});
  const facts = h('p', { className: 'note' });
  const progress = h('div', {});
  const result = h('div', {});
  const charts = h('div', { className: 'card' });
  let group = null;
  let timeline = [];
  let summary = null;
  let going = true;
  const drawCharts = () => refresh(charts, [timeline, charting.range, charting.full, going, limitsOf(summary)], () => [h('h2', {}, 'Timeline'),
    ...(timeline.length === 0 ? [h('p', { className: 'empty' }, 'No client has reported yet.')]
      : timelineCharts(timeline, charting, { going, limits: limitsOf(summary) }))]);
  const charting = chartState(drawCharts);
  const remove = h('button', { type: 'button', className: 'danger', hidden: true, onclick: () => confirmDelete(id, base) }, 'Delete the run');
  const stop = h('button', { type: 'button', onclick: () => change(() => ask(`/api/v1/client-group/${group}/stop`, 'POST')) }, 'Stop');
  return {
    title: `Run ${id}`,
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, `Run ${id} `, state), h('div', { className: 'actions' }, stop, remove)),
      facts, progress, result, charts),
    async update() {
      const run = await ask(base);
      going = GOING.includes(run.state);
      remove.hidden = going;
      group = run.benchmark_id;
      stop.hidden = !going;
      refresh(state, run.state, () => chip(run.state));
      refresh(facts, [run.started_at, run.detail], () => [h('a', { href: `#/group/${group}` }, `Group ${group}`),
        ` · started ${time(run.started_at ?? run.created_at)}${run.detail ? ` · ${run.detail}` : ''}`]);
      refresh(progress, going ? run.progress : null, () => (going && run.progress ? progressOf(run.progress) : []));
      ({ timeline } = await ask(`${base}/timeline`));
      if (!going) {
        summary = await fillResult(base, result);
      }
      drawCharts();
      return going;
    },
  };
}

function confirmDelete(id, base) {
  if (window.confirm(`Delete run ${id} and all its results from the service?`)) {
    change(async () => {
      await ask(base, 'DELETE');
      location.hash = '#/runs';
    });
  }
}

/** Service levels of the run and objectives of each request, as lines of the charts. */
function limitsOf(summary) {
  const limits = { ttft: [], itl: [] };
  for (const level of summary?.slo ?? []) {
    limits[level.metric.replace(/(_from_schedule)?_ms$/, '')]?.push({ value: level.limit_ms, label: `SLO ${level.statistic} ${level.limit_ms}` });
  }
  for (const [metric, limit] of Object.entries(summary?.provenance?.specification?.goodput ?? {})) {
    limits[metric.replace(/_ms$/, '')]?.push({ value: limit, label: `goodput ${limit}` });
  }
  return limits;
}

function progressOf(progress) {
  const planned = progress.planned_seconds;
  const elapsed = Math.max(0, progress.elapsed_seconds);
  const words = progress.elapsed_seconds < 0 ? `starts in ${figure(-progress.elapsed_seconds)} s`
    : planned === null ? `${figure(elapsed)} s` : `${figure(Math.min(elapsed, planned))} of ${figure(planned)} s`;
  const errors = Object.entries(progress.all.errors).map(([cause, times]) => `${cause.replaceAll('_', ' ')} ${count(times)}`);
  return h('div', { className: 'card' },
    h('div', { className: 'meter' }, planned === null ? null : h('progress', { max: planned, value: Math.min(elapsed, planned), 'aria-label': 'Progress' }), words),
    h('div', { className: 'tiles' },
      tile('Requests per second', figure(progress.request_rate)), tile('Tokens per second', figure(progress.output_token_rate)),
      tile('In flight', count(progress.in_flight)), tile('TTFT p50 / p99, ms', `${figure(progress.ttft_p50_ms)} / ${figure(progress.ttft_p99_ms)}`),
      tile('ITL p50 / p99, ms', `${figure(progress.itl_p50_ms)} / ${figure(progress.itl_p99_ms)}`),
      tile('Completed', count(progress.all.completed)), tile('Failed', count(progress.all.failed)),
      tile('Clients', `${progress.clients_reporting} of ${progress.clients_expected}`)),
    errors.length === 0 ? null : h('p', { className: 'warning' }, `Errors: ${errors.join(', ')}`));
}

function tile(title, value) {
  return h('div', { className: 'tile' }, h('span', {}, title), h('b', {}, value));
}

/** The summary; null where there is none. */
async function fillResult(base, result) {
  let summary;
  try {
    summary = await ask(`${base}/summary`);
  } catch (refusal) {
    if (refusal.status !== 404 && refusal.status !== 409) {
      throw refusal;
    }
    result.replaceChildren(h('p', { className: 'card empty' }, refusal.message));
    return null;
  }
  refresh(result, summary, () => resultOf(base, summary));
  return summary;
}

/** The load in a few words, as the report has it. */
function loadOf(summary) {
  const load = summary.provenance.specification;
  const length = (name) => load[name]?.mean;
  const amount = load.steps?.length ? 'load in steps' : load.request_rate ? `${figure(load.request_rate)} req/s ${load.arrival_pattern ?? ''}`.trim()
    : load.concurrency ? `${count(load.concurrency)} requests in flight` : load.arrival_pattern ?? 'load unknown';
  return [load.endpoint, load.streaming ? 'streaming' : 'not streaming', amount,
    length('input_length') === undefined ? null : `${figure(length('input_length'))} → ${figure(length('output_length'))} tokens`,
    load.duration].filter(Boolean).join(', ');
}

function resultOf(base, summary) {
  const good = summary.valid && summary.status === 'completed';
  const verdict = good ? 'Valid' : summary.status === 'completed' || summary.status === 'invalid' ? 'Invalid' : summary.status;
  const attainment = summary.slo_attainment === null ? '' : ` ${(summary.slo_attainment * 100).toFixed(1)} % of requests met every limit.`;
  const rows = Object.entries(TITLES).filter(([name]) => summary.metrics[name]?.count > 0).map(([name, title]) => {
    const metric = summary.metrics[name];
    return [title, figure(metric.p50), figure(metric.p90), figure(metric.p95), figure(metric.p99), figure(metric.max), count(metric.count)];
  });
  const levels = (summary.slo ?? []).map((level) => h('li', {}, `${level.metric}.${level.statistic}: ${figure(level.measured_ms)} ms ${level.met ? 'meets' : 'misses'} the limit of ${level.limit_ms} ms`));
  return [
    h('div', { className: 'card' }, h('dl', {},
      ...[['Model', summary.provenance.specification.model ?? summary.provenance.server.model ?? 'unknown'], ['Load', loadOf(summary)],
        ['AI servers', summary.provenance.targets.join(', ')], ['AI server version', summary.provenance.server.version ?? 'not reported'],
        ['Seed', String(summary.provenance.seed)], ['Again', summary.provenance.command ?? '–']]
        .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, String(value))))),
    levels.length > 0 ? h('ul', {}, levels) : null),
    h('section', { className: `card verdict ${good ? 'good' : 'bad'}`, 'aria-label': 'Verdict' }, h('h2', {}, verdict),
      h('p', {}, (good ? 'The clients were within their limits: the values are those of the server.' : 'Do not rely on these values:') + attainment),
      h('ul', {}, summary.invalid_reasons.map((reason) => h('li', {}, reason.message)))),
    ...(summary.findings?.length ? [h('section', { className: 'card findings', 'aria-label': 'Findings' }, h('h2', {}, 'Findings'),
      h('ul', {}, summary.findings.map((finding) => h('li', {}, h('code', {}, finding.code), ` ${finding.message} ${finding.remedy}`))))] : []),
    h('div', { className: 'card tiles' },
      tile('Completed', count(summary.requests.completed)), tile('Failed', count(summary.requests.failed)),
      tile('Requests per second', figure(summary.request_throughput)), tile('Output tokens per second', figure(summary.output_token_throughput)),
      tile('Goodput, requests per second', figure(summary.goodput_rps)), tile('Measured', `${figure(summary.duration_s)} s`)),
    h('div', { className: 'card' }, h('h2', {}, 'Latency, ms'), rows.length === 0
      ? h('p', { className: 'empty' }, 'No latencies: no request was completed.')
      : table('Latencies in milliseconds', ['Metric', 'p50', 'p90', 'p95', 'p99', 'Largest', 'Samples'], rows)),
    explanationOf(summary),
    h('div', { className: 'card links' }, h('a', { href: `${base}/report`, target: '_blank', rel: 'noopener' }, 'Report'),
      ['vllm', 'aiperf', 'csv', 'jsonl'].map((format) => h('a', { href: `${base}/export/${format}`, download: '' }, `Export ${format}`))),
  ];
}
