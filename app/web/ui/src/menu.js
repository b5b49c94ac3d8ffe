// The groups of the main menu open and close by themselves (<details>); here: a click beside them and Escape close them.
const opened = () => document.querySelector('.menu[open]');

document.addEventListener('click', (event) => {
  const menu = opened();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

document.addEventListener('keydown', (event) => {
  const menu = opened();
  if (event.key !== 'Escape' || !menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
  menu.open = false;
});

document.addEventListener('focusin', (event) => {
  const menu = opened();
  if (menu && !menu.contains(event.target) && window.matchMedia('(min-width: 1200px)').matches) menu.open = false;
});
