// A small line chart of a run's course, drawn anew with each answer. Lines can be told apart without colour, and the latest values stand
// in the legend as text.

const WIDTH = 380;
const HEIGHT = 170;
const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;
const SPACE = 'http://www.w3.org/2000/svg';

import { h } from './dom.js';
import { figure } from './figures.js';

function svg(tag, attributes, text) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

/** Round steps from 0 to at or above the largest. */
export function steps(largest, about) {
  const rough = (largest > 0 ? largest : 1) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => rough <= candidate * (1 + 1e-9));
  const last = Math.ceil((largest > 0 ? largest : 1) / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, index) => index * step);
}

function label(value) {
  return value >= 1e6 ? `${+(value / 1e6).toPrecision(4)} M` : value >= 1e4 ? `${+(value / 1e3).toPrecision(4)} k` : `${+value.toPrecision(4)}`;
}

/**
 * A chart of several lines.
 * @param title with its unit
 * @param seconds of the points, ascending
 * @param lines each {name, values}; a value that is null leaves a gap
 */
export function lineChart(title, seconds, lines) {
  const finite = lines.flatMap((line) => line.values).filter((value) => value !== null && Number.isFinite(value));
  const legend = h('span', { className: 'legend' }, lines.map((line, index) => {
    const latest = line.values.findLast((value) => value !== null) ?? null;
    return h('span', { className: 'key' }, h('i', { className: `swatch s${index}` }), `${line.name} `, h('b', {}, figure(latest)));
  }));
  const caption = h('figcaption', {}, h('span', { className: 'chart-title' }, title), legend);
  if (finite.length === 0) {
    return h('figure', { className: 'chart' }, caption, h('p', { className: 'empty' }, 'Nothing yet.'));
  }
  const ticks = steps(Math.max(...finite), 4);
  const end = Math.max(1, seconds.at(-1) + 1);
  const x = (second) => LEFT + second / end * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - value / ticks.at(-1) * (HEIGHT - TOP - BOTTOM);
  const plot = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title} over ${end} seconds` });
  for (const tick of ticks) {
    plot.append(svg('line', { class: tick === 0 ? 'axis' : 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }));
    plot.append(svg('text', { class: 'tick', x: LEFT - 6, y: y(tick) + 3.5, 'text-anchor': 'end' }, label(tick)));
  }
  for (const tick of steps(end, 5).filter((second) => second <= end)) {
    plot.append(svg('text', { class: 'tick', x: x(tick), y: HEIGHT - 5, 'text-anchor': tick === 0 ? 'start' : 'middle' }, `${tick} s`));
  }
  lines.forEach((line, index) => plot.append(svg('path', { class: `line s${index}`, d: path(line.values, seconds, x, y) })));
  return h('figure', { className: 'chart' }, caption, plot);
}

function path(values, seconds, x, y) {
  let drawn = '';
  let joined = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      joined = false;
      return;
    }
    drawn += `${joined ? 'L' : 'M'}${x(seconds[index] + 0.5).toFixed(1)} ${y(value).toFixed(1)}`;
    drawn += joined ? '' : 'h0.01';
    joined = true;
  });
  return drawn;
}

const MOST_POINTS = 300;

/** The charts of a run's timeline, at most so many points each: of a stretch rates are the mean, latencies and in flight the largest. */
export function courseCharts(points) {
  const stride = Math.ceil(points.length / MOST_POINTS) || 1;
  const width = points.length > 1 ? points[1].second - points[0].second : 1;
  const stretches = [];
  for (let index = 0; index < points.length; index += stride) {
    stretches.push(points.slice(index, index + stride));
  }
  const seconds = stretches.map((stretch) => stretch[0].second);
  const rate = (name) => stretches.map((stretch) => stretch.reduce((sum, point) => sum + point[name], 0) / stretch.length / width);
  const largest = (name) => stretches.map((stretch) => {
    const told = stretch.map((point) => point[name]).filter((value) => value !== null);
    return told.length === 0 ? null : Math.max(...told);
  });
  return [
    lineChart('Requests, per second', seconds, [
      { name: 'scheduled', values: rate('scheduled') }, { name: 'completed', values: rate('completed') }]),
    lineChart('Requests in flight', seconds, [{ name: 'in flight', values: largest('in_flight') }]),
    lineChart('Chunks, per second', seconds, [{ name: 'chunks', values: rate('chunks') }]),
    lineChart('Time to first token, ms', seconds, [
      { name: 'p50', values: largest('ttft_p50_ms') }, { name: 'p99', values: largest('ttft_p99_ms') }]),
    lineChart('Inter-token latency, ms', seconds, [
      { name: 'p50', values: largest('itl_p50_ms') }, { name: 'p99', values: largest('itl_p99_ms') }]),
    lineChart('Errors, per second', seconds, [{ name: 'failed', values: rate('failed') }]),
  ];
}
