// The diagram as a file: taking one in, giving it away as .bpmn, SVG or PNG.

/** Offer content as a download. */
export function download(content, name, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A drawing as PNG, twice as large as on the screen. */
export async function png(svg) {
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  await picture.decode();
  const paper = Object.assign(document.createElement('canvas'), { width: picture.width * 2, height: picture.height * 2 });
  const pen = paper.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.drawImage(picture, 0, 0, paper.width, paper.height);
  URL.revokeObjectURL(picture.src);
  return new Promise((done) => paper.toBlob(done, 'image/png'));
}

/** Ask for a .bpmn file; the answer is its text, or null. */
export function ask() {
  return new Promise((done) => {
    const input = Object.assign(document.createElement('input'), { type: 'file', accept: '.bpmn,.xml' });
    input.addEventListener('change', async () => done(input.files.length ? input.files[0].text() : null));
    input.addEventListener('cancel', () => done(null));
    input.click();
  });
}
