// The editors' words. English are the libraries' own; the Russian ones stand in ./ru/*.json, a file for each library,
// over those of bpmn-js-i18n.
// `missing` collects what was shown on a Russian page without a translation: tests look at it.
import bpmn from 'bpmn-js-i18n/translations/ru.js';

const catalogues = import.meta.glob('./ru/*.json', { eager: true, import: 'default' });
const russian = document.documentElement.lang.startsWith('ru') ? Object.assign({}, bpmn, ...Object.values(catalogues)) : null;

export const missing = new Set();
globalThis.untranslated = missing;

/** The words of these catalogues count before those of the others: one word may mean two things in two editors. */
export function prefer(...names) {
  if (russian) Object.assign(russian, ...names.map((name) => catalogues[`./ru/${name}.json`]));
}

/** A text in the reader's language; `{name}` in it is replaced by `values.name`. */
export function translate(text, values = {}) {
  if (russian && text && !(text in russian) && !/[а-яё]/i.test(text)) missing.add(text); // names from the vocabulary are Russian
  return (russian?.[text] ?? text ?? '').replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

translate.russian = Boolean(russian);

/** The module that bpmn-js, dmn-js and form-js ask for words. */
export default { translate: ['value', translate] };
