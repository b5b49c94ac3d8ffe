// Another file takes the place of what stands in an editor. What the editor cannot read changes nothing.
import { translate as words } from './i18n.js';
import { tell } from './parts.js';

/** `content.read()` and `content.take(text)` are the editor's; false when the file could not be read, and somebody was told. */
export async function takeIn(text, content, saver) {
  const before = await content.read();
  try {
    await content.take(text);
  } catch {
    await content.take(before); // the editor had let go of it before it read the other
    saver.changed();
    tell(words('This file cannot be read here. What you had stays as it was.'));
    return false;
  }
  saver.changed();
  saver.flush();
  return true;
}
