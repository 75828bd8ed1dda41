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

/** A labelled input of a form. */
export function field(label, input, hint) {
  return h('label', { className: 'field' }, h('span', {}, label), input, hint ? h('small', {}, hint) : null);
}

/** A word for a state, told by its text and coloured besides. */
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
