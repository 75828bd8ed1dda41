// Shows the view that the address names, keeps it up to date while it is visible, and requests the token where it is required.

import { hasToken, signIn, signOut } from './api.js';
import { h, field } from './dom.js';
import { clearProblems, showProblem } from './forms.js';
import { compareView } from './view-compare.js';
import { groupView } from './view-group.js';
import { groupsView } from './view-groups.js';
import { runView } from './view-run.js';
import { runsView } from './view-runs.js';

const INTERVAL_MS = 1500;
const content = document.getElementById('content');
const problem = document.getElementById('problem');
const session = document.getElementById('session');
const NAME = 'AI Factory';

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
// An action's refusal stays until the next action or page; only what an update has reported disappears with the next update.
let problemOfUpdate = false;

function show() {
  const hash = location.hash;
  const [match, make] = routes.map(([pattern, build]) => [hash.match(pattern), build]).find(([found]) => found) ?? [null, null];
  round++;
  clearTimeout(timer);
  problem.hidden = true;
  session.hidden = false;
  view = match ? make(...match.slice(1)) : { title: 'No such page', root: h('p', { className: 'empty' }, 'There is no such page.'), update: async () => false };
  document.title = `${view.title} · ${NAME}`;
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
      if (of === round && problemOfUpdate) {
        problem.hidden = true;
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
    if (problem.hidden || problemOfUpdate) {
      report(refusal.message);
      problemOfUpdate = true;
    }
  }
  if (more && of === round) {
    timer = setTimeout(() => update(of), INTERVAL_MS);
  }
}

function report(message) {
  problem.textContent = message;
  problem.hidden = false;
  problemOfUpdate = false;
}

/**
 * Does what changes something. Where the service requires the token for it, the page requests the token and then continues with the action.
 * @param form whose fields the action sends: a refusal is shown next to the field that it names
 * @param aliases names of the form's inputs by names of the API, where they differ
 */
export async function change(act, form = null, aliases = {}) {
  const before = round;
  try {
    if (form) {
      clearProblems(form);
    }
    await act();
    if (before === round) {
      problem.hidden = true;
    }
  } catch (refusal) {
    if ((refusal.status === 401 || refusal.status === 403) && !hasToken()) {
      askForToken('A change requires the token again: the session can only read.', () => change(act, form, aliases));
    } else if (form) {
      showProblem(form, refusal, aliases);
    } else {
      report(refusal.message);
    }
  }
}

/** Puts the view back as it was, with what was typed into it. */
function restore() {
  session.hidden = false;
  content.replaceChildren(view.root);
  document.title = `${view.title} · ${NAME}`;
  update(round);
}

/** @param resume what to do after signing in */
function askForToken(why = 'This service requires a token.', resume = null) {
  clearTimeout(timer);
  const input = h('input', { type: 'password', name: 'token', autocomplete: 'off', required: true });
  const form = h('form', {
    className: 'card narrow',
    onsubmit: async (event) => {
      event.preventDefault();
      try {
        await signIn(input.value.trim());
        problem.hidden = true;
        restore();
        if (resume) {
          await resume();
        }
      } catch (refusal) {
        showProblem(form, { message: refusal.message, field: 'token' });
      }
    },
  },
  h('h1', {}, 'Token'),
  h('p', { className: 'note' }, `${why} It is in the file that 'aifactory serve' names when it starts; the read-only token is sufficient for reading.`),
  field('Token', input),
  h('button', { type: 'submit', className: 'primary' }, 'Sign in'));
  session.hidden = true;
  document.title = `Sign in · ${NAME}`;
  content.replaceChildren(form);
  input.focus();
}

session.addEventListener('click', async () => {
  await signOut().catch((refusal) => report(refusal.message));
  askForToken('You have signed out.');
});
window.addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && view) {
    update(round);
  }
});
show();
