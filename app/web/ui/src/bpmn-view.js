// A diagram to look at: <div data-island="bpmn-view" data-url="…xml" data-done data-flows data-now data-stopped
// data-failed-at="element ids" data-you="the reader's own element" data-here="now here" data-you-are-here="you are here"
// data-words="id of its description, whose steps have data-element">
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import './bpmn-view.css';

const ids = (text) => (text ?? '').split(' ').filter(Boolean);
const MARKS = { done: 'step-done', flows: 'flow-taken', stopped: 'step-stopped', now: 'step-now', failedAt: 'step-failed' };

function badge(text) {
  const found = document.createElement('span');
  found.className = 'badge bg-primary text-white text-nowrap';
  found.textContent = text ?? '';
  return found;
}

// The whole drawing when its words stay readable, else as wide as the words allow, with the current step in the middle.
function show(canvas, registry, now) {
  canvas.zoom('fit-viewport', 'auto');
  const readable = 0.55;
  if (canvas.zoom() >= readable) return;
  const element = now.map((id) => registry.get(id)).find(Boolean);
  const box = canvas.viewbox();
  const at = element
    ? { x: element.x + (element.width ?? 0) / 2, y: element.y + (element.height ?? 0) / 2 }
    : { x: box.inner.x, y: box.inner.y + box.inner.height / 2 };
  canvas.zoom(readable);
  const { width, height } = canvas.viewbox();
  const left = element ? at.x - width / 2 : box.inner.x - 20;
  const top = element || box.inner.height <= height ? at.y - height / 2 : box.inner.y - 20; // a tall one: from its top
  canvas.viewbox({ x: left, y: top, width, height });
}

function tools(element, canvas, words) {
  const bar = document.createElement('div');
  bar.className = 'canvas-tools';
  const zoom = (factor) => canvas.zoom(Math.min(4, Math.max(0.1, canvas.zoom() * factor)));
  for (const [sign, label, act] of [
    ['+', words.larger, () => zoom(1.25)],
    ['−', words.smaller, () => zoom(0.8)],
    ['⤢', words.whole, () => canvas.zoom('fit-viewport', 'auto')],
  ]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = sign;
    button.setAttribute('aria-label', label ?? sign);
    button.title = label ?? '';
    button.addEventListener('click', act);
    bar.append(button);
  }
  element.append(bar);
}

export default async function mount(element) {
  const answer = await fetch(element.dataset.url);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  const viewer = new Viewer({ container: element });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const [name, mark] of Object.entries(MARKS)) {
    for (const id of ids(element.dataset[name])) if (registry.get(id)) canvas.addMarker(id, mark);
  }
  const now = ids(element.dataset.now);
  for (const id of now) {
    if (!registry.get(id)) continue;
    const text = id === element.dataset.you ? element.dataset.youAreHere : element.dataset.here;
    viewer.get('overlays').add(id, { position: { top: -14, left: -6 }, html: badge(text) });
  }
  const middle = element.dataset.you ? [element.dataset.you, ...now] : now;
  let width = 0; // a phone that is turned: the drawing is laid out again
  new ResizeObserver(() => {
    if (element.clientWidth === width || !element.clientWidth || !element.clientHeight) return; // out of sight: no scale fits
    width = element.clientWidth;
    canvas.resized();
    show(canvas, registry, middle);
  }).observe(element);
  const words = document.getElementById(element.dataset.words ?? '');
  if (words) (await import('./described.js')).default(viewer, words);
  tools(element, canvas, { larger: element.dataset.larger, smaller: element.dataset.smaller, whole: element.dataset.whole });
}
