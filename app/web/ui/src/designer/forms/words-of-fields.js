// Names of the palette's parts, and what a new part says at first: forms are Russian from the first drag on. What a part
// of a file does not say is not made up for it: a radio without a label stays as it is.
import { word } from './words.js';

const renamed = new WeakSet();
const MADE_UP = ['label', 'text', 'content', 'dateLabel', 'timeLabel'];

function speaking(create) {
  return (options = {}, isNew = true) => {
    const made = create(options, isNew);
    if (!isNew) {
      for (const name of MADE_UP) if (!(name in options)) delete made[name];
      return made;
    }
    for (const name of ['label', 'text', 'content']) {
      if (!(name in options) && typeof made[name] === 'string') made[name] = word(made[name]);
    }
    for (const name of ['values', 'columns']) {
      if (!(name in options) && Array.isArray(made[name])) made[name] = made[name].map((each) => ({ ...each, label: word(each.label) }));
    }
    return made;
  };
}

function rename(formFields) {
  for (const { config } of Object.values(formFields._formFields)) {
    if (renamed.has(config)) continue;
    renamed.add(config);
    for (const name of ['name', 'label']) if (config[name]) config[name] = word(config[name]);
    if (config.create) config.create = speaking(config.create);
  }
}
rename.$inject = ['formFields'];

export default { __init__: ['namesOfFields'], namesOfFields: ['type', rename] };
