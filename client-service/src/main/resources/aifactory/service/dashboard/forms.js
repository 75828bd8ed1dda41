// Problems of a form: next to the field that the service has refused, or above the form's button. They stay until the field is changed.

import { h } from './dom.js';

let number = 0;

/**
 * Shows a refusal in a form.
 * @param aliases names of inputs by names of the API, where they differ
 * @returns whether the message is next to a field
 */
export function showProblem(form, refusal, aliases = {}) {
  clearProblems(form);
  const input = inputOf(form, refusal.field, aliases);
  const id = `problem-${++number}`;
  const message = h('p', { className: 'problem', role: 'alert', id }, refusal.message);
  if (input === null) {
    form.querySelector('[type=submit]').before(message);
    form.addEventListener('input', () => clearProblems(form), { once: true });
    message.scrollIntoView({ block: 'nearest' });
    return false;
  }
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', id);
  input.closest('.field').append(message);
  input.addEventListener('input', () => clearProblems(form), { once: true });
  input.focus();
  input.scrollIntoView({ block: 'nearest' });
  return true;
}

export function clearProblems(form) {
  form.querySelectorAll('.problem').forEach((problem) => problem.remove());
  form.querySelectorAll('[aria-invalid]').forEach((input) => {
    input.removeAttribute('aria-invalid');
    input.removeAttribute('aria-describedby');
  });
}

/** `workload.isl.mean`, `ai_servers[0]` and `isl` each name an input. */
function inputOf(form, field, aliases) {
  if (!field) {
    return null;
  }
  const parts = field.replace(/\[\d+\]/g, '').split('.');
  const candidates = [field, parts.join('.'), ...parts.toReversed()];
  for (const candidate of candidates) {
    const input = form.elements.namedItem(aliases[candidate] ?? candidate);
    if (input) {
      return input;
    }
  }
  return null;
}
