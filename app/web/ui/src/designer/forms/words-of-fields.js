// Names of the palette's parts, and what a new part says at first: forms are Russian from the first drag on.
import { word } from './words.js';

const renamed = new WeakSet();

function speaking(create) {
  return (options = {}) => {
    const made = create(options);
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
