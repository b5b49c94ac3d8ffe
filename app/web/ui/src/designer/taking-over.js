// The question before somebody takes a file over from a colleague who edits it: the page's own dialog.
import { words } from './calls.js';

export function askTakeOver(holder) {
  const box = document.getElementById('confirm');
  box.querySelector('#confirm-text').textContent = words().takeOverQuestion.replace('{name}', holder);
  box.returnValue = 'no';
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => resolve(box.returnValue === 'yes'), { once: true });
  });
}
