// Small parts of the editors of decisions and forms.

/** An element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...own } = properties;
  const made = Object.assign(document.createElement(tag), own);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

export const button = (label, act, look = 'editor-tool') => {
  const made = make('button', { type: 'button', className: look, textContent: label });
  made.addEventListener('click', act);
  return made;
};

/** Call `act` once nothing was asked for so many milliseconds. */
export function settled(act, pause) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  };
}

/** Offer content as a download. */
export function download(content, name, type) {
  const link = make('a', { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Ask for a file; the answer is the file, or null. */
export function chosen(accept) {
  return new Promise((done) => {
    const input = make('input', { type: 'file', accept });
    input.addEventListener('change', () => done(input.files[0] ?? null));
    input.addEventListener('cancel', () => done(null));
    input.click();
  });
}

/** The address beside the file's content: …/content -> …/rows. */
export const beside = (element, name) => element.dataset.contentUrl.replace(/content$/, name);
