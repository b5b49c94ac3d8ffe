// The form as the server renders it, on a desktop and on a phone side by side; what is entered there is stored nowhere.
import { token } from '../calls.js';
import { translate as words } from '../i18n.js';
import { beside, make } from '../parts.js';

const WIDE = 1200; // pixels of the desktop's frame, made smaller to fit

export class Preview {
  /** `roles`: id and name of each; `read()`: the unsaved form. */
  constructor(place, { element, read, roles }) {
    Object.assign(this, { place, read, roles, url: beside(element, 'preview'), shown: false });
    this.role = make('select', { className: 'form-select w-auto', attributes: { 'aria-label': words('Seen by the role') } });
    this.filled = make('input', { type: 'checkbox', className: 'form-check-input', id: 'preview-filled' });
    for (const control of [this.role, this.filled]) control.addEventListener('change', () => this.show());
    this.frames = ['wide', 'phone'].map((name) => make('iframe', { name: `preview-${name}`, title: words(name === 'wide' ? 'On a desktop' : 'On a phone') }));
    const boxes = this.frames.map((frame) => make('div', { className: frame.name }, make('h2', { textContent: frame.title }), frame));
    place.append(
      make('div', { className: 'd-flex flex-wrap gap-3 align-items-center p-2' },
        make('label', { className: 'd-inline-flex gap-2 align-items-center' }, words('Seen by the role'), this.role),
        make('label', { className: 'form-check mb-0' }, this.filled, make('span', { className: 'form-check-label', textContent: words('With samples in the fields') }))),
      make('div', { className: 'preview-frames' }, ...boxes));
    new ResizeObserver(() => this.fit()).observe(boxes[0]);
  }

  /** Show or hide; returns whether it is shown now. */
  toggle() {
    this.shown = !this.shown;
    this.place.hidden = !this.shown;
    if (this.shown) this.show();
    return this.shown;
  }

  async show() {
    if (!this.shown) return;
    const schema = await this.read();
    this.offer(schema);
    for (const frame of this.frames) this.post(frame, schema);
  }

  fit() {
    const [wide] = this.frames;
    const scale = Math.min(1, wide.parentElement.clientWidth / WIDE);
    wide.style.transform = `scale(${scale})`;
    wide.style.height = `${this.frames[1].offsetHeight / scale}px`;
    wide.parentElement.style.height = `${this.frames[1].parentElement.offsetHeight}px`;
  }

  /** Only roles that the form names matter. */
  offer(schema) {
    const named = [...schema.matchAll(/"(?:showFor|readonlyFor)":\s*"([^"]*)"/g)].flatMap(([, text]) => text.split(',').map((each) => each.trim()));
    const chosen = this.role.value;
    const roles = this.roles.filter(({ id }) => named.includes(id));
    const option = ({ id, name }) => make('option', { value: id, textContent: name, selected: id === chosen });
    this.role.replaceChildren(option({ id: '', name: words('any role') }), ...roles.map(option));
    this.role.parentElement.hidden = !roles.length;
  }

  post(frame, schema) {
    const fields = { csrf_token: token(), schema, role: this.role.value, filled: this.filled.checked ? 'yes' : '' };
    const form = make('form', { method: 'post', action: this.url, target: frame.name, enctype: 'multipart/form-data', hidden: true },
      ...Object.entries(fields).map(([name, value]) => make('input', { type: 'hidden', name, value })));
    form.noValidate = true;
    document.body.append(form);
    form.submit();
    form.remove();
  }
}
