// A diagram to look at: <div data-island="bpmn-view" data-url="…xml" data-done="ids" data-flows="ids" data-now="ids" data-here="вы здесь">
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';

const ids = (text) => (text ?? '').split(' ').filter(Boolean);

export default async function mount(element) {
  const viewer = new Viewer({ container: element });
  const answer = await fetch(element.dataset.url);
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  canvas.zoom('fit-viewport');
  for (const id of ids(element.dataset.done)) if (registry.get(id)) canvas.addMarker(id, 'step-done');
  for (const id of ids(element.dataset.flows)) if (registry.get(id)) canvas.addMarker(id, 'flow-taken');
  for (const id of ids(element.dataset.now)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, 'step-now');
    const badge = document.createElement('span');
    badge.className = 'badge bg-primary text-white text-nowrap';
    badge.textContent = element.dataset.here ?? '';
    viewer.get('overlays').add(id, { position: { top: -14, left: -6 }, html: badge });
  }
}
