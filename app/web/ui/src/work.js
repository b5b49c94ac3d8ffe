// The list beside a task marks the task that is open, also when htmx has put it there.
document.addEventListener('htmx:pushedIntoHistory', () => {
  for (const row of document.querySelectorAll('.task-row')) {
    const here = row.pathname === window.location.pathname;
    row.classList.toggle('active', here);
    if (here) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
});
