// A diagram and its words side by side: who points at a step sees the element, who clicks an element sees the step.
const SPOKEN = 'step-spoken';

// The element in the middle, large enough to be read.
function reveal(canvas, element) {
  canvas.zoom(Math.max(canvas.zoom(), 0.8));
  const { width, height } = canvas.viewbox();
  const [x, y] = [element.x + (element.width ?? 0) / 2, element.y + (element.height ?? 0) / 2];
  canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
}

export default function join(viewer, words) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  let spoken = null;

  const light = (id) => {
    if (spoken && registry.get(spoken)) canvas.removeMarker(spoken, SPOKEN);
    words.querySelector(`.${SPOKEN}`)?.classList.remove(SPOKEN);
    spoken = id;
    if (!id) return null;
    if (registry.get(id)) canvas.addMarker(id, SPOKEN);
    const step = [...words.querySelectorAll('[data-element]')].find((item) => item.dataset.element === id);
    step?.classList.add(SPOKEN);
    return step;
  };

  words.addEventListener('mouseover', (event) => {
    const step = event.target.closest('[data-element]');
    if (step && step.dataset.element !== spoken) light(step.dataset.element);
  });
  words.addEventListener('click', (event) => {
    const button = event.target.closest('[data-show-element]');
    const element = button && registry.get(button.dataset.showElement);
    if (!element) return;
    light(element.id);
    reveal(canvas, element);
  });
  viewer.on('element.hover', ({ element }) => light(element.id));
  viewer.on('element.click', ({ element }) => light(element.id)?.scrollIntoView({ block: 'center' }));
}
