// One run: its course while it goes on, its result when it has ended.

import { ask } from './api.js';
import { courseCharts } from './chart.js';
import { chip, h, refresh, table } from './dom.js';
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
  const stop = h('button', { type: 'button', onclick: () => change(() => ask(`/api/v1/client-group/${group}/stop`, 'POST')) }, 'Stop');
  return {
    root: h('div', {}, h('div', { className: 'headline' }, h('h1', {}, `Run ${id} `, state), h('div', { className: 'actions' }, stop)),
      facts, progress, result, charts),
    async update() {
      const run = await ask(base);
      const going = GOING.includes(run.state);
      group = run.benchmark_id;
      stop.hidden = !going;
      refresh(state, run.state, () => chip(run.state));
      refresh(facts, [run.started_at, run.detail], () => [h('a', { href: `#/group/${group}` }, `Group ${group}`),
        ` · begun ${time(run.started_at ?? run.created_at)}${run.detail ? ` · ${run.detail}` : ''}`]);
      refresh(progress, going ? run.progress : null, () => (going && run.progress ? progressOf(run.progress) : []));
      await fillCourse(base, charts);
      if (!going) {
        await fillResult(base, result);
      }
      return going;
    },
  };
}

async function fillCourse(base, charts) {
  const { timeline } = await ask(`${base}/timeline`);
  refresh(charts, timeline, () => [h('h2', {}, 'Course of the run'), timeline.length === 0
    ? h('p', { className: 'empty' }, 'No client has reported yet.')
    : h('div', { className: 'charts' }, courseCharts(timeline))]);
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
      tile('Requests a second', figure(progress.request_rate)), tile('Tokens a second', figure(progress.output_token_rate)),
      tile('In flight', count(progress.in_flight)), tile('TTFT p50 / p99, ms', `${figure(progress.ttft_p50_ms)} / ${figure(progress.ttft_p99_ms)}`),
      tile('ITL p50 / p99, ms', `${figure(progress.itl_p50_ms)} / ${figure(progress.itl_p99_ms)}`),
      tile('Completed', count(progress.all.completed)), tile('Failed', count(progress.all.failed)),
      tile('Clients', `${progress.clients_reporting} of ${progress.clients_expected}`)),
    errors.length === 0 ? null : h('p', { className: 'warning' }, `Errors: ${errors.join(', ')}`));
}

function tile(title, value) {
  return h('div', { className: 'tile' }, h('span', {}, title), h('b', {}, value));
}

async function fillResult(base, result) {
  let summary;
  try {
    summary = await ask(`${base}/summary`);
  } catch (refusal) {
    if (refusal.status !== 404 && refusal.status !== 409) {
      throw refusal;
    }
    result.replaceChildren(h('p', { className: 'card empty' }, refusal.message));
    return;
  }
  refresh(result, summary, () => resultOf(base, summary));
}

function resultOf(base, summary) {
  const good = summary.valid && summary.status === 'completed';
  const verdict = good ? 'Valid' : summary.status === 'completed' || summary.status === 'invalid' ? 'Invalid' : summary.status;
  const attainment = summary.slo_attainment === null ? '' : ` ${(summary.slo_attainment * 100).toFixed(1)} % of requests met every limit.`;
  const rows = Object.entries(TITLES).filter(([name]) => summary.metrics[name]?.count > 0).map(([name, title]) => {
    const metric = summary.metrics[name];
    return [title, figure(metric.p50), figure(metric.p90), figure(metric.p95), figure(metric.p99), figure(metric.max), count(metric.count)];
  });
  return [
    h('section', { className: `card verdict ${good ? 'good' : 'bad'}`, 'aria-label': 'Verdict' }, h('h2', {}, verdict),
      h('p', {}, (good ? 'The clients kept within their limits: the figures are the server’s.' : 'Do not rely on these figures:') + attainment),
      h('ul', {}, summary.invalid_reasons.map((reason) => h('li', {}, reason.message)))),
    ...(summary.findings?.length ? [h('section', { className: 'card findings', 'aria-label': 'Findings' }, h('h2', {}, 'Findings'),
      h('ul', {}, summary.findings.map((finding) => h('li', {}, h('code', {}, finding.code), ` ${finding.message} ${finding.remedy}`))))] : []),
    h('div', { className: 'card tiles' },
      tile('Completed', count(summary.requests.completed)), tile('Failed', count(summary.requests.failed)),
      tile('Requests a second', figure(summary.request_throughput)), tile('Output tokens a second', figure(summary.output_token_throughput)),
      tile('Goodput, requests a second', figure(summary.goodput_rps)), tile('Measured', `${figure(summary.duration_s)} s`)),
    h('div', { className: 'card' }, h('h2', {}, 'Latency, ms'), rows.length === 0
      ? h('p', { className: 'empty' }, 'There are no latencies: no request was completed.')
      : table('Latencies in milliseconds', ['Metric', 'p50', 'p90', 'p95', 'p99', 'Largest', 'Samples'], rows)),
    h('div', { className: 'card links' }, h('a', { href: `${base}/report`, target: '_blank', rel: 'noopener' }, 'Report'),
      ['vllm', 'aiperf', 'csv', 'jsonl'].map((format) => h('a', { href: `${base}/export/${format}`, download: '' }, `Export ${format}`))),
  ];
}
