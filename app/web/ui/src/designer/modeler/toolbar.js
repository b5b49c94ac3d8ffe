// The bar above the drawing: what can be done with the whole diagram, every act with its name and its keys.
import { translate as words } from '../i18n.js';
import { ask, download, png } from './files.js';
import { showKeys } from './keys.js';

const ICONS = {
  undo: 'M9 14 4 9l5-5M4 9h11a5 5 0 0 1 0 10h-3',
  redo: 'm15 14 5-5-5-5m5 5H9a5 5 0 0 0 0 10h3',
  smaller: 'M5 12h14',
  larger: 'M12 5v14M5 12h14',
  whole: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  search: 'M10 17a7 7 0 1 1 0-14 7 7 0 0 1 0 14ZM21 21l-6-6',
  map: 'm3 7 6-3 6 3 6-3v13l-6 3-6-3-6 3V7ZM9 4v13M15 7v13',
  play: 'M7 4v16l13-8Z',
  keys: 'M2 7h20v10H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M8 14h8',
};

const icon = (name) =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

function button(label, act, { mark, keys = '' } = {}) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = mark ? 'modeler-tool' : 'modeler-tool modeler-tool-words';
  made.innerHTML = mark ? icon(mark) : '';
  if (mark) made.setAttribute('aria-label', label);
  else made.textContent = label;
  made.title = keys ? `${label} (${keys})` : label;
  made.addEventListener('click', act);
  return made;
}

const pressed = (made, on) => made.setAttribute('aria-pressed', String(on));

function exports(modeler, name) {
  const svg = async () => (await modeler.saveSVG()).svg;
  const stem = name.replace(/\.bpmn$/, '');
  return [
    ['.bpmn', async (content) => download(await content(), `${stem}.bpmn`, 'application/xml')],
    ['SVG', async () => download(await svg(), `${stem}.svg`, 'image/svg+xml')],
    ['PNG', async () => download(await png(await svg()), `${stem}.png`, 'image/png')],
  ];
}

function menu(label, items) {
  const made = document.createElement('details');
  made.className = 'modeler-menu';
  made.innerHTML = '<summary class="modeler-tool modeler-tool-words"></summary><div class="modeler-menu-items"></div>';
  made.firstChild.textContent = label;
  for (const [name, act] of items) {
    made.lastChild.append(button(name, () => { made.open = false; act(); }));
  }
  document.addEventListener('click', (event) => { if (!made.contains(event.target)) made.open = false; });
  return made;
}

/**
 * Fill the bar.
 * `replace(xml)` takes another diagram in, `content()` is what would be saved, `name` the file's name.
 */
export function fill(bar, modeler, { readonly, replace, content, name }) {
  const canvas = modeler.get('canvas');
  const stack = modeler.get('commandStack', false);
  const zoom = (factor) => () => canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * factor)));
  if (!readonly) {
    const undo = button(words('Undo'), () => stack.undo(), { mark: 'undo', keys: 'Ctrl+Z' });
    const redo = button(words('Redo'), () => stack.redo(), { mark: 'redo', keys: 'Ctrl+Y' });
    const able = () => { undo.disabled = !stack.canUndo(); redo.disabled = !stack.canRedo(); };
    modeler.on(['commandStack.changed', 'import.done'], able);
    able();
    bar.append(undo, redo);
  }
  bar.append(
    button(words('Zoom out'), zoom(0.8), { mark: 'smaller', keys: 'Ctrl+−' }),
    button(words('Zoom in'), zoom(1.25), { mark: 'larger', keys: 'Ctrl++' }),
    button(words('Show the whole diagram'), () => canvas.zoom('fit-viewport', 'auto'), { mark: 'whole', keys: 'Ctrl+0' }),
  );
  if (!readonly) bar.append(...tools(modeler));
  bar.append(menu(words('Save as a file'), exports(modeler, name).map(([label, act]) => [label, () => act(content)])));
  if (!readonly) {
    bar.append(button(words('Take in a file'), async () => { const xml = await ask(); if (xml) await replace(xml); }));
  }
}

function tools(modeler) {
  const minimap = modeler.get('minimap');
  const simulation = modeler.get('toggleMode');
  const map = button(words('Overview map'), () => minimap.toggle(), { mark: 'map' });
  modeler.on('minimap.toggle', ({ open }) => pressed(map, open));
  pressed(map, false);
  const play = button(words('Try the way of a token'), () => simulation.toggleMode(), { mark: 'play', keys: 'T' });
  modeler.on('tokenSimulation.toggleMode', ({ active }) => pressed(play, active));
  pressed(play, false);
  return [
    button(words('Find in the diagram'), () => modeler.get('searchPad').toggle(), { mark: 'search', keys: 'Ctrl+F' }),
    map,
    play,
    button(words('Keys'), showKeys, { mark: 'keys', keys: '?' }),
  ];
}
