// What the server refused, or that it cannot be reached, for requests that htmx makes: shown above everything, the
// page and what was entered stay as they are.
function show(html, text) {
  const box = document.getElementById('failure');
  if (!box) return;
  box.replaceChildren();
  if (html) {
    box.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  } else {
    const alert = document.createElement('div');
    alert.className = 'alert alert-danger';
    alert.textContent = text;
    box.append(alert);
  }
  box.hidden = false;
}

document.addEventListener('htmx:responseError', (event) => {
  const { xhr } = event.detail;
  const page = (xhr.getResponseHeader('Content-Type') ?? '').startsWith('text/html');
  show(page ? xhr.responseText : '', document.getElementById('failure')?.dataset.offline);
});
for (const name of ['htmx:sendError', 'htmx:timeout']) {
  document.addEventListener(name, () => show('', document.getElementById('failure')?.dataset.offline));
}
document.addEventListener('htmx:beforeRequest', () => {
  const box = document.getElementById('failure');
  if (box) box.hidden = true;
});
