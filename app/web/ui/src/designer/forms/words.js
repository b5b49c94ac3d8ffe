// The form editor has no translate module: its words are put into Russian where its parts are made. Only whole texts of
// the catalogue are replaced, so that nothing of a form itself changes.
import { options } from 'preact';
import russian from './ru.json';
import { missing, translate } from '../i18n.js';

const SHOWN = ['title', 'placeholder', 'aria-label', 'label', 'description', 'tooltip', 'alt', 'text'];
const patterns = Object.entries(russian)
  .filter(([english]) => english.includes('{}'))
  .map(([english, found]) => [new RegExp(`^${english.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)')}$`), found]);
const ENGLISH = /^[A-Z][a-z]+(?:[ -][a-z]+)*[.:?]?$/;

/** A text of the editor in the reader's language. */
export function word(text) {
  if (!translate.russian || typeof text !== 'string' || !text) return text;
  const found = russian[text];
  if (found !== undefined) return found;
  for (const [pattern, whole] of patterns) {
    const match = pattern.exec(text);
    if (match) return match.slice(1).reduce((said, part) => said.replace('{}', word(part)), whole);
  }
  if (ENGLISH.test(text)) missing.add(text);
  return text;
}

// Parts that a library made while it was loaded came before us: they are met where they are put in.
const met = new WeakSet();
const within = (children) => {
  if (Array.isArray(children)) return children.map(within);
  if (children?.props && !met.has(children)) reword(children);
  return word(children);
};

function reword(vnode) {
  met.add(vnode);
  const { props } = vnode;
  for (const name of SHOWN) if (typeof props[name] === 'string') props[name] = word(props[name]);
  if (props.children !== undefined) props.children = within(props.children);
}

/** From now on everything that preact draws on this page goes through the catalogue. */
export function translateAll() {
  if (!translate.russian) return;
  const before = options.vnode;
  options.vnode = (vnode) => {
    if (vnode.props) reword(vnode);
    before?.(vnode);
  };
}
