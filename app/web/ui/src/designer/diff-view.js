// Two versions of a process side by side: <div data-island="diff-view" data-before-url data-after-url data-before
// data-after data-larger data-smaller data-whole>. What was added, removed, changed or moved is marked; both drawings
// move together; <button data-jump="element id"> in the same [data-difference] brings the element to the middle.
import { BpmnModdle } from 'bpmn-moddle';
import { diff } from 'bpmn-js-differ';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '../bpmn-view.css';
import './diff-view.css';

const SIDES = ['before', 'after'];
const MARKS = { added: ['after'], removed: ['before'], changed: SIDES, moved: SIDES };

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`version: ${answer.status}`);
  return answer.text();
}

async function definitions(xml) {
  return (await new BpmnModdle({ zeebe }).fromXML(xml)).rootElement;
}

// What the two models say and what the server has found in words (it knows lanes and properties of strangers too).
async function differing(texts, section) {
  const found = diff(await definitions(texts.before), await definitions(texts.after));
  const ids = {
    added: new Set(Object.keys(found._added)),
    removed: new Set(Object.keys(found._removed)),
    changed: new Set(Object.keys(found._changed)),
    moved: new Set(Object.keys(found._layoutChanged)),
  };
  for (const entry of section.querySelectorAll('[data-jump][data-change]')) ids[entry.dataset.change]?.add(entry.dataset.jump);
  return ids;
}

async function pane(element, side, xml) {
  const column = document.createElement('div');
  const title = document.createElement('p');
  const drawing = document.createElement('div');
  title.className = 'fw-bold mb-1';
  title.textContent = element.dataset[side];
  drawing.className = 'diff-canvas';
  drawing.dataset.side = side;
  column.className = 'diff-pane';
  column.append(title, drawing);
  element.append(column);
  const viewer = new Viewer({ container: drawing, moddleExtensions: { zeebe } });
  await viewer.importXML(xml);
  return viewer;
}

function mark(viewers, ids) {
  for (const [kind, sides] of Object.entries(MARKS)) {
    for (const side of sides) {
      const registry = viewers[side].get('elementRegistry');
      for (const id of ids[kind]) {
        const shown = registry.get(id);
        if (shown?.parent) viewers[side].get('canvas').addMarker(id, `diff-${kind}`);
      }
    }
  }
}

// Zoom and place of one drawing are those of the other.
function together(viewers) {
  let leader = null;
  for (const side of SIDES) {
    const other = viewers[side === 'before' ? 'after' : 'before'];
    viewers[side].on('canvas.viewbox.changed', ({ viewbox }) => {
      if (leader) return;
      leader = side;
      const { x, y, width, height } = viewbox;
      other.get('canvas').viewbox({ x, y, width, height });
      leader = null;
    });
  }
}

function middle(shape) {
  const points = shape.waypoints;
  if (!points) return { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 };
  return points[Math.floor(points.length / 2)];
}

function jump(viewers, id, chosen) {
  const side = ['after', 'before'].find((one) => viewers[one].get('elementRegistry').get(id));
  if (!side) return;
  const canvas = viewers[side].get('canvas');
  const at = middle(viewers[side].get('elementRegistry').get(id));
  if (canvas.zoom() < 0.6) canvas.zoom(0.8);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: at.x - width / 2, y: at.y - height / 2, width, height });
  for (const one of SIDES) {
    const registry = viewers[one].get('elementRegistry');
    for (const old of chosen) if (registry.get(old)) viewers[one].get('canvas').removeMarker(old, 'diff-chosen');
    if (registry.get(id)) viewers[one].get('canvas').addMarker(id, 'diff-chosen');
  }
  chosen.clear();
  chosen.add(id);
}

// A window that became wider or narrower: the drawings are laid out again.
function follow(element, viewers) {
  let width = element.clientWidth;
  new ResizeObserver(() => {
    if (element.clientWidth === width || !element.clientWidth) return;
    width = element.clientWidth;
    for (const side of SIDES) viewers[side].get('canvas').resized();
    viewers.after.get('canvas').zoom('fit-viewport', 'auto');
  }).observe(element);
}

function tools(element, canvas) {
  const bar = document.createElement('div');
  bar.className = 'canvas-tools';
  const zoom = (factor) => canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * factor)));
  for (const [sign, label, act] of [
    ['+', element.dataset.larger, () => zoom(1.25)],
    ['−', element.dataset.smaller, () => zoom(0.8)],
    ['⤢', element.dataset.whole, () => canvas.zoom('fit-viewport', 'auto')],
  ]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = sign;
    button.setAttribute('aria-label', label);
    button.title = label;
    button.addEventListener('click', act);
    bar.append(button);
  }
  element.append(bar);
}

export default async function mount(element) {
  const section = element.closest('[data-difference]') ?? element;
  const [before, after] = await Promise.all([fetched(element.dataset.beforeUrl), fetched(element.dataset.afterUrl)]);
  const ids = await differing({ before, after }, section);
  const viewers = { before: await pane(element, 'before', before), after: await pane(element, 'after', after) };
  mark(viewers, ids);
  together(viewers);
  viewers.after.get('canvas').zoom('fit-viewport', 'auto');
  tools(element, viewers.after.get('canvas'));
  follow(element, viewers);
  const chosen = new Set();
  section.addEventListener('click', (event) => {
    const entry = event.target.closest('[data-jump]');
    if (entry?.dataset.jump) jump(viewers, entry.dataset.jump, chosen);
  });
  for (const side of SIDES) {
    viewers[side].on('element.click', ({ element: shown }) => {
      const entry = section.querySelector(`[data-jump="${CSS.escape(shown.id)}"]`);
      entry?.focus();
    });
  }
}
