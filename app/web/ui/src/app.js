// Every page: htmx for partial updates, the phone menu, questions before grave acts, words when the server is away,
// and islands that load when a page holds one.
import htmx from 'htmx.org';
import './app.css';
import './confirm.js';
import './failures.js';
import './menu.js';
import './work.js';

window.htmx = htmx;

const islands = {
  'bpmn-view': () => import('./bpmn-view.js'),
  'api-docs': () => import('./api-docs.js'),
  'take-test': () => import('./take-test.js'),
  chart: () => import('./chart.js'),
  modeler: () => import('./designer/modeler.js'),
  'dmn-editor': () => import('./designer/dmn-editor.js'),
  'form-editor': () => import('./designer/form-editor.js'),
  'diff-view': () => import('./designer/diff-view.js'),
};

async function mount(root) {
  for (const element of root.querySelectorAll('[data-island]:not([data-ready])')) {
    element.dataset.ready = 'loading';
    try {
      const module = await islands[element.dataset.island]();
      await module.default(element);
      element.dataset.ready = 'yes';
    } catch (error) {
      element.dataset.ready = 'error';
      element.textContent = element.dataset.failed ?? '';
      console.error(error);
    }
  }
}

document.addEventListener('DOMContentLoaded', () => mount(document));
document.addEventListener('htmx:afterSwap', (event) => mount(event.target.parentElement ?? document));

// Requests that no form makes carry the token of the page.
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers['X-CSRFToken'] = token.content;
});

// Buttons that open and close something: <button data-toggle="id" aria-expanded="false">
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-toggle]');
  if (!button) return;
  const target = document.getElementById(button.dataset.toggle);
  button.setAttribute('aria-expanded', String(target.classList.toggle('show')));
});

// <button type="button" data-print>: the browser's print dialogue.
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) window.print();
});
