// Builds elements. Text is only ever set as text: nothing that the service tells can become markup.

/** An element with its properties, attributes, listeners (`onclick`) and children; null children are left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name in element && name !== 'list' && name !== 'form') {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table with headed columns in a box that scrolls where the window is narrow; the first cell of a row is its head. */
export function table(caption, heads, rows, className = '') {
  return h('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': caption },
    h('table', { className },
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, index) =>
        index === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)))))));
}

const ROWS_AT_ONCE = 150;

/**
 * A table whose rows are built once: an update builds only the rows that have changed, and many new rows in several steps, so that the page
 * stays responsive with thousands of rows.
 */
export function keyedTable(heads) {
  const caption = h('caption', {});
  const body = h('tbody', {});
  const root = h('div', { className: 'scroll', tabIndex: 0, role: 'region' },
    h('table', {}, caption, h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col' }, head)))), body));
  const known = new Map();
  let turn = 0;
  const build = (row) => {
    const element = h('tr', {}, row.cells().map((cell, index) => (index === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell))));
    known.set(row.key, { shown: row.shown, element });
    return element;
  };
  return {
    root,
    /** @param rows each with a `key`, what it `shown` as text, and a function that builds its `cells` */
    async update(title, rows) {
      const mine = ++turn;
      caption.textContent = title;
      root.setAttribute('aria-label', title);
      const elements = [];
      let built = 0;
      for (const row of rows) {
        const before = known.get(row.key);
        if (before && before.shown === row.shown) {
          elements.push(before.element);
          continue;
        }
        elements.push(build(row));
        if (++built % ROWS_AT_ONCE === 0) {
          await new Promise((done) => { setTimeout(done); });
          if (mine !== turn) {
            return;
          }
        }
      }
      const same = elements.length === body.children.length && elements.every((element, index) => element === body.children[index]);
      if (!same) {
        const focused = document.activeElement;
        body.replaceChildren(...elements);
        if (focused && body.contains(focused)) {
          focused.focus();
        }
      }
      const keys = new Set(rows.map((row) => row.key));
      known.forEach((_, key) => keys.has(key) || known.delete(key));
    },
  };
}

/** A labelled input of a form. */
export function field(label, input, hint) {
  return h('label', { className: 'field' }, h('span', {}, label), input, hint ? h('small', {}, hint) : null);
}

/** A state, shown by its text and additionally by a colour. */
export function chip(state) {
  return h('span', { className: `chip ${state}` }, state);
}

/** Replaces what is inside only when what it shows has changed, so that focus and selections stay. */
export function refresh(element, shown, build) {
  const key = JSON.stringify(shown);
  if (element.dataset.shown !== key) {
    element.dataset.shown = key;
    element.replaceChildren(...[build()].flat().filter(Boolean));
  }
}
