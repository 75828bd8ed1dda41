// The logs of a group: their last lines, and what is added to them while the page is open.

import { ask } from './api.js';
import { h } from './dom.js';

const MOST_LINES = 2000;
// Shared file systems show what a node has written with a delay.
const POLLS_AFTER_END = 2;

/** @param base the address of the group in the API */
export function followedLogs(base) {
  const root = h('div', {});
  const offsets = new Map();
  let shown = new Map();
  let order = [];
  let job = null;
  let polls = null;

  async function open() {
    const answer = await ask(`${base}/logs`);
    offsets.clear();
    job = answer.job_id;
    order = answer.files.map((file) => file.path);
    // A last line that is still being written comes again, whole, from the offset.
    answer.files.forEach((file) => {
      offsets.set(file.path, file.next_offset);
      file.lines = file.next_offset < file.size_bytes ? file.lines.slice(0, -1) : file.lines;
    });
    polls = POLLS_AFTER_END;
    show(answer.findings, answer.files);
  }

  function show(findings, files) {
    const items = findings.map(({ path, count, line, meaning }) => h('li', {},
      h('strong', {}, meaning), ` (${count} ${count === 1 ? 'line' : 'lines'} of ${path}, the last: ${line})`));
    shown = new Map(files.map((file) => [file.path, shownFile(file)]));
    root.replaceChildren(h('div', { className: 'card', 'aria-label': 'Logs', role: 'region' }, h('h2', {}, 'Logs'),
      items.length > 0 ? h('ul', {}, items) : '',
      files.length > 0 ? [...shown.values()].map((file) => file.root) : h('p', { className: 'empty' }, 'No logs.')));
    shown.forEach((file) => file.scrollToEnd());
  }

  /** Adds what was written since, until the job has ended. */
  async function update(hasEnded) {
    if (polls === null || polls === 0) {
      return;
    }
    const requested = order;
    const answer = await ask(`${base}/logs?offsets=${requested.map((path) => offsets.get(path) ?? 0).join(',')}`);
    if (job !== null && answer.job_id !== job) {
      // The group was created again: these are other files.
      await open();
      return;
    }
    job = answer.job_id;
    order = answer.files.map((file) => file.path);
    if (order.some((path) => !shown.has(path))) {
      await open();
      return;
    }
    answer.files.forEach((file, index) => {
      // Otherwise the list of files has changed, and the offset was that of another file.
      if (file.problem === null && requested[index] === file.path) {
        const before = offsets.get(file.path);
        shown.get(file.path).add(file.next_offset < before ? ['(The file was truncated; from its beginning:)', ...file.lines] : file.lines);
        offsets.set(file.path, file.next_offset);
      }
    });
    polls = hasEnded ? polls - 1 : POLLS_AFTER_END;
  }

  return { root, open, update };
}

/** One file, the newest line last. It stays at the end of the lines unless its reader has scrolled away from there. */
function shownFile({ path, problem, lines }) {
  let kept = [];
  let why = problem;
  const text = h('pre', { tabIndex: 0, 'aria-label': `The last lines of ${path}` });
  const note = h('p', { className: 'empty' });
  const add = (added) => {
    const isAtEnd = text.scrollTop + text.clientHeight >= text.scrollHeight - 4;
    kept = kept.concat(added);
    if (kept.length > MOST_LINES) {
      kept = kept.slice(-MOST_LINES);
      text.textContent = `${kept.join('\n')}\n`;
    } else if (added.length > 0) {
      text.append(`${added.join('\n')}\n`);
    }
    note.textContent = kept.length > 0 ? '' : why ?? 'The file is empty.';
    note.hidden = kept.length > 0;
    text.hidden = kept.length === 0;
    if (isAtEnd) {
      text.scrollTop = text.scrollHeight;
    }
  };
  add(lines);
  return {
    root: h('section', { 'aria-label': path }, h('h3', {}, path), note, text),
    /** Of a file that can be read. */
    add: (added) => {
      why = null;
      add(added);
    },
    scrollToEnd: () => { text.scrollTop = text.scrollHeight; },
  };
}
