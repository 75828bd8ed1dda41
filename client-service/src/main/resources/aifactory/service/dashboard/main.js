// Shows the view that the address names, keeps it up to date while it can be seen, and asks for the token when that is wanted.

import { hasToken, signIn, signOut } from './api.js';
import { h, field } from './dom.js';
import { compareView } from './view-compare.js';
import { groupView } from './view-group.js';
import { groupsView } from './view-groups.js';
import { runView } from './view-run.js';
import { runsView } from './view-runs.js';

const INTERVAL_MS = 1500;
const content = document.getElementById('content');
const trouble = document.getElementById('trouble');
const session = document.getElementById('session');

const routes = [
  [/^#?\/?$/, () => groupsView()],
  [/^#\/runs$/, () => runsView()],
  [/^#\/group\/(\d{1,10})$/, (id) => groupView(Number(id))],
  [/^#\/run\/([A-Za-z0-9_-]{1,80})$/, (id) => runView(id)],
  [/^#\/compare(?:\?(.*))?$/, (query) => compareView(new URLSearchParams(query ?? ''))],
];

let view = null;
let timer = null;
let round = 0;

function show() {
  const hash = location.hash;
  const [match, make] = routes.map(([pattern, build]) => [hash.match(pattern), build]).find(([found]) => found) ?? [null, null];
  round++;
  clearTimeout(timer);
  trouble.hidden = true;
  view = match ? make(...match.slice(1)) : { root: h('p', { className: 'empty' }, 'There is no such page.'), update: async () => false };
  content.replaceChildren(view.root);
  for (const link of document.querySelectorAll('nav a')) {
    const here = link.getAttribute('href') === (hash.split('?')[0] || '#/');
    here ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  update(round);
}

async function update(of) {
  clearTimeout(timer);
  let more = true;
  try {
    if (!document.hidden) {
      more = await view.update() !== false;
      if (of === round) {
        trouble.hidden = true;
      }
    }
  } catch (refusal) {
    if (of !== round) {
      return;
    }
    if (refusal.status === 401) {
      askForToken();
      return;
    }
    more = refusal.status === 0 || refusal.status >= 500;
    tell(refusal.message);
  }
  if (more && of === round) {
    timer = setTimeout(() => update(of), INTERVAL_MS);
  }
}

function tell(message) {
  trouble.textContent = message;
  trouble.hidden = false;
}

/** Does what changes something; asks for the token first where this page has none and the service wants one. */
export async function change(act) {
  try {
    await act();
    trouble.hidden = true;
  } catch (refusal) {
    if ((refusal.status === 401 || refusal.status === 403) && !hasToken()) {
      askForToken('Changing something wants the token once more: the session may only look.');
    } else {
      tell(refusal.message);
    }
  }
}

function askForToken(why = 'This service wants a token.') {
  clearTimeout(timer);
  const input = h('input', { type: 'password', name: 'token', autocomplete: 'off', required: true });
  const form = h('form', {
    className: 'card narrow',
    onsubmit: async (event) => {
      event.preventDefault();
      try {
        await signIn(input.value.trim());
        show();
      } catch (refusal) {
        tell(refusal.message);
      }
    },
  },
  h('h1', {}, 'Token'),
  h('p', { className: 'note' }, `${why} It stands in the file that 'aifactory serve' names when it starts; the read-only one is enough to look.`),
  field('Token', input),
  h('button', { type: 'submit', className: 'primary' }, 'Sign in'));
  content.replaceChildren(form);
  input.focus();
}

session.addEventListener('click', async () => {
  if (hasToken()) {
    await signOut().catch((refusal) => tell(refusal.message));
  }
  askForToken();
});
window.addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && view) {
    update(round);
  }
});
show();
