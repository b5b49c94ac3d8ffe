// The list beside a task marks the task that is open, also when htmx has put it there.
document.addEventListener('htmx:pushedIntoHistory', () => {
  for (const row of document.querySelectorAll('.task-row')) {
    const here = row.pathname === window.location.pathname;
    row.classList.toggle('active', here);
    if (here) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
});

// Once a task is on its way, what has been entered goes with it: no draft is begun any more, and the answer to one that was
// under way ("already done") is nothing to show.
const asked = (event) => {
  const { elt } = event.detail.requestConfig;
  const form = elt.closest('#task-form');
  return { form, completes: elt === form };
};
document.addEventListener('htmx:beforeRequest', (event) => {
  const { form, completes } = asked(event);
  if (completes) form.dataset.sent = 'yes';
  else if (form?.dataset.sent) event.preventDefault();
});
document.addEventListener('htmx:afterRequest', (event) => {
  const { form, completes } = asked(event);
  const { status } = event.detail.xhr;
  if (completes && (status < 200 || status >= 400)) delete form.dataset.sent;
});
document.addEventListener('htmx:beforeSwap', (event) => {
  const { form, completes } = asked(event);
  if (completes || !form?.dataset.sent) return;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
});
