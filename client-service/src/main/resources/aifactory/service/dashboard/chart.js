// Line charts of a run's timeline. Lines can be distinguished without colour. The pointer, or the arrow keys, show the values at a time in the
// legends of all charts together; dragging shows a range of the time; each chart can be shown full size and saved as PNG or CSV.

const WIDTH = 380;
const HEIGHT = 184;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 34;
const SPACE = 'http://www.w3.org/2000/svg';
/** A limit so much above all values would make them a flat line. */
const MOST_ABOVE = 2.5;
const MOST_POINTS = 300;

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
 * What the charts of a page share, kept while they are redrawn.
 * @param redraw draws all of them again
 */
export function chartState(redraw) {
  return { range: null, full: null, shown: [], redraw };
}

/**
 * The charts of a run's timeline, at most so many points each: of a stretch rates are the mean, latencies and in flight the largest.
 * @param state of `chartState`
 * @param options `going`: whether the run continues, so that legends show the latest values; `limits`: by `ttft` and `itl`, each {value, label}
 */
export function timelineCharts(points, state, options) {
  const width = points.length > 1 ? points[1].second - points[0].second : 1;
  const [from, to] = state.range ?? [0, points.at(-1).second + width];
  const inRange = points.filter((point) => point.second >= from - width && point.second <= to);
  const stride = Math.ceil(inRange.length / MOST_POINTS) || 1;
  const stretches = [];
  for (let index = 0; index < inRange.length; index += stride) {
    stretches.push(inRange.slice(index, index + stride));
  }
  const seconds = stretches.map((stretch) => stretch[0].second + stretch.length * width / 2);
  const rate = (name) => stretches.map((stretch) => stretch.reduce((sum, point) => sum + point[name], 0) / stretch.length / width);
  const largest = (name) => stretches.map((stretch) => {
    const known = stretch.map((point) => point[name]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
  const latencies = (metric) => [{ name: 'p50', values: largest(`${metric}_p50_ms`) }, { name: 'p99', values: largest(`${metric}_p99_ms`) }];
  const of = (title, lines, limits = []) => ({ title, seconds, lines, limits, from, to });
  const charts = [
    of('Requests, per second', [{ name: 'scheduled', values: rate('scheduled') }, { name: 'completed', values: rate('completed') }]),
    of('Requests in flight', [{ name: 'in flight', values: largest('in_flight') }]),
    of('Chunks, per second', [{ name: 'chunks', values: rate('chunks') }]),
    of('Time to first token, ms', latencies('ttft'), options.limits?.ttft),
    of('Inter-token latency, ms', latencies('itl'), options.limits?.itl),
    of('Errors, per second', [{ name: 'failed', values: rate('failed') }]),
  ];
  state.shown = [];
  const status = h('p', { className: 'unseen', role: 'status' });
  const reset = h('button', { type: 'button', hidden: state.range === null, onclick: () => zoom(state, null) }, 'Show the whole run');
  const figures = charts.map((chart) => draw(chart, state, options.going, status));
  return [h('div', { className: 'charts-head' }, h('p', { className: 'note' }, 'Point at a chart for values; drag for a range; double-click for the whole run.'), reset),
    h('div', { className: `charts${state.full === null ? '' : ' one'}` }, figures), status];
}

/** Above the line, or below it where there is no room above. */
function besideLine(y) {
  return y < TOP + 12 ? y + 12 : y - 3;
}

function zoom(state, range) {
  state.range = range;
  state.redraw();
}

function draw(chart, state, going, status) {
  const { title, seconds, lines, from, to } = chart;
  const values = lines.map(() => h('b', {}));
  const legend = h('span', { className: 'legend' }, lines.map((line, index) =>
    h('span', { className: 'key' }, h('i', { className: `swatch s${index}` }), `${line.name} `, values[index])), h('span', { className: 'at' }));
  const isFull = state.full === title;
  const buttons = h('span', { className: 'chart-buttons' },
    button(isFull ? 'Smaller' : 'Full size', `${title}: ${isFull ? 'smaller' : 'full size'}`, () => {
      state.full = isFull ? null : title;
      state.redraw();
    }),
    button('PNG', `${title}: save as PNG`, () => savePng(plot, title)),
    button('CSV', `${title}: save as CSV`, () => saveCsv(chart)));
  const caption = h('figcaption', {}, h('span', { className: 'chart-title' }, title), buttons, legend);
  const finite = lines.flatMap((line) => line.values).filter((value) => value !== null && Number.isFinite(value));
  const hidden = state.full !== null && !isFull;
  if (finite.length === 0) {
    return h('figure', { className: 'chart', hidden }, caption, h('p', { className: 'empty' }, 'No values.'));
  }
  const most = Math.max(...finite);
  const limits = (chart.limits ?? []).filter((limit) => limit.value <= MOST_ABOVE * most);
  const ticks = steps(Math.max(most, ...limits.map((limit) => limit.value)), 4);
  const x = (second) => LEFT + (second - from) / (to - from) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - value / ticks.at(-1) * (HEIGHT - TOP - BOTTOM);
  const plot = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', tabindex: 0,
    'aria-label': `${title}, from ${figure(from)} to ${figure(to)} s. Arrow keys show values.` });
  for (const tick of ticks) {
    plot.append(svg('line', { class: tick === 0 ? 'axis' : 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }));
    plot.append(svg('text', { class: 'tick', x: LEFT - 6, y: y(tick) + 3.5, 'text-anchor': 'end' }, label(tick)));
  }
  for (const tick of steps(to - from, 5).map((second) => second + from).filter((second) => second <= to)) {
    plot.append(svg('text', { class: 'tick', x: x(tick), y: HEIGHT - 20, 'text-anchor': tick === from ? 'start' : 'middle' }, label(+tick.toFixed(3))));
  }
  plot.append(svg('text', { class: 'tick', x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 5, 'text-anchor': 'middle' }, 'seconds since the start'));
  for (const limit of limits) {
    plot.append(svg('line', { class: 'limit', x1: LEFT, x2: WIDTH - RIGHT, y1: y(limit.value), y2: y(limit.value) }));
    plot.append(svg('text', { class: 'tick', x: WIDTH - RIGHT, y: besideLine(y(limit.value)), 'text-anchor': 'end' }, limit.label));
  }
  lines.forEach((line, index) => plot.append(svg('path', { class: `line s${index}`, d: path(line.values, seconds, x, y) })));
  const cursor = svg('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM, x1: LEFT, x2: LEFT });
  const selection = svg('rect', { class: 'selection', y: TOP, height: HEIGHT - TOP - BOTTOM, x: 0, width: 0 });
  plot.append(selection, cursor);
  const shown = {
    at(index) {
      lines.forEach((line, number) => { values[number].textContent = index === null ? latest(line, going) : figure(line.values[index]); });
      legend.lastChild.textContent = index === null ? '' : `at ${figure(seconds[index])} s`;
      cursor.classList.toggle('on', index !== null);
      if (index !== null) {
        cursor.setAttribute('x1', x(seconds[index]));
        cursor.setAttribute('x2', x(seconds[index]));
      }
    },
  };
  shown.at(null);
  state.shown.push(shown);
  listen({ plot, selection, chart, state, status, x });
  return h('figure', { className: 'chart', hidden }, caption, plot);
}

/** Of a run that has ended, the last second says nothing. */
function latest(line, going) {
  return going ? figure(line.values.findLast((value) => value !== null) ?? null) : '';
}

function listen({ plot, selection, chart, state, status, x }) {
  const { seconds, lines, from, to } = chart;
  let current = null;
  let start = null;
  const second = (event) => {
    const box = plot.getBoundingClientRect();
    const position = (event.clientX - box.left) / box.width * WIDTH;
    return Math.min(to, Math.max(from, from + (position - LEFT) / (WIDTH - LEFT - RIGHT) * (to - from)));
  };
  const nearest = (time) => seconds.reduce((best, value, index) => (Math.abs(value - time) < Math.abs(seconds[best] - time) ? index : best), 0);
  const show = (index) => {
    current = index;
    state.shown.forEach((other) => other.at(index));
  };
  plot.addEventListener('pointermove', (event) => {
    show(nearest(second(event)));
    if (start !== null) {
      const ends = [start, second(event)].toSorted((one, other) => one - other);
      selection.setAttribute('x', x(ends[0]));
      selection.setAttribute('width', x(ends[1]) - x(ends[0]));
    }
  });
  plot.addEventListener('pointerdown', (event) => {
    start = second(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener('pointerup', (event) => {
    const ends = [start ?? 0, second(event)].toSorted((one, other) => one - other);
    const wide = start !== null && ends[1] - ends[0] > (to - from) / 50;
    start = null;
    selection.setAttribute('width', 0);
    if (wide) {
      zoom(state, ends);
    }
  });
  plot.addEventListener('pointerleave', () => start === null && show(null));
  plot.addEventListener('blur', () => show(null));
  plot.addEventListener('dblclick', () => zoom(state, null));
  plot.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      show(null);
      return;
    }
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      show(Math.min(seconds.length - 1, Math.max(0, (current ?? -1) + step)));
      status.textContent = `${figure(seconds[current])} s: ${lines.map((line) => `${line.name} ${figure(line.values[current])}`).join(', ')}`;
    }
  });
}

function button(text, name, onclick) {
  return h('button', { type: 'button', className: 'small', 'aria-label': name, title: name, onclick }, text);
}

function path(values, seconds, x, y) {
  let drawn = '';
  let joined = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      joined = false;
      return;
    }
    drawn += `${joined ? 'L' : 'M'}${x(seconds[index]).toFixed(1)} ${y(value).toFixed(1)}`;
    drawn += joined ? '' : 'h0.01';
    joined = true;
  });
  return drawn;
}

function fileName(title, ending) {
  return `${document.title.split(' · ')[0]} ${title}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') + ending;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function saveCsv({ title, seconds, lines }) {
  const rows = [['second', ...lines.map((line) => line.name)], ...seconds.map((second, index) => [second, ...lines.map((line) => line.values[index] ?? '')])];
  save(new Blob([rows.map((row) => row.join(',')).join('\n') + '\n'], { type: 'text/csv' }), fileName(title, '.csv'));
}

const DRAWN = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-size', 'font-family', 'visibility', 'opacity'];

/** Styles are those of the page, which an image does not see: they are written into a copy. */
async function savePng(plot, title) {
  const copy = plot.cloneNode(true);
  const from = [plot, ...plot.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
    const style = getComputedStyle(from[index]);
    DRAWN.forEach((name) => element.setAttribute(name, style.getPropertyValue(name)));
  });
  const scale = 3;
  copy.setAttribute('width', WIDTH * scale);
  copy.setAttribute('height', HEIGHT * scale);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = h('canvas', { width: WIDTH * scale, height: HEIGHT * scale });
  const context = canvas.getContext('2d');
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  canvas.toBlob((blob) => save(blob, fileName(title, '.png')), 'image/png');
}
