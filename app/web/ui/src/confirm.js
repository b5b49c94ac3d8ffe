// A question before a grave act: <button data-confirm="Close the account?"> inside a form, or on an htmx element.
const dialog = () => document.getElementById('confirm');

function ask(text) {
  const box = dialog();
  box.querySelector('#confirm-text').textContent = text;
  box.returnValue = 'no';
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => resolve(box.returnValue === 'yes'), { once: true });
  });
}

let allowed = null;

document.addEventListener('submit', async (event) => {
  const button = event.submitter;
  const text = button?.dataset.confirm;
  if (!text || allowed === button || !dialog()?.showModal) {
    allowed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(text)) {
    allowed = button;
    button.form.requestSubmit(button);
  } else {
    button.focus();
  }
}, true);

// hx-confirm="…" uses the same dialog instead of the browser's.
document.addEventListener('htmx:confirm', async (event) => {
  if (!event.detail.question || !dialog()?.showModal) return;
  event.preventDefault();
  if (await ask(event.detail.question)) event.detail.issueRequest(true);
});
