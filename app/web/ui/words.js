// What libraries say without asking for a translation is made to ask, while the bundle is built. The libraries are pinned;
// a place that is no longer found fails the build.
import path from 'node:path';

const simulation = /bpmn-js-token-simulation[\\/]lib[\\/]/;

/** [file, pattern, replacement]; `_t` is the translate function. */
const PLACES = [
  [simulation, /title="([A-Z][^"$]*?)"/g, 'title="${ _t(\'$1\') }"'],
  [simulation, /title="Focus process instance \$\{scope\.id\}"/g, 'title="${ _t(\'Focus process instance\') } ${scope.id}"'],
  [simulation, /title="\$\{ wait \? 'Remove' : 'Add' \} pause point"/g, 'title="${ _t(wait ? \'Remove pause point\' : \'Add pause point\') }"'],
  [simulation, /Token Simulation( <span)/g, '${ _t(\'Token Simulation\') }$1'],
  [simulation, /text: '([A-Z][^']*)'/g, "text: _t('$1')"],
  [simulation, /\|\| '([A-Z][A-Za-z ]*)'/g, "|| _t('$1')"],
  [simulation, /'(<p class="bts-entry placeholder">)No Entries(<\/p>)'/g, "`$1${ _t('No Entries') }$2`"],
  [simulation, /( placeholder">)No Entries</g, "$1${ _t('No Entries') }<"],
  [simulation, /^( +)Simulation Log$/gm, '$1${ _t(\'Simulation Log\') }'],
  [simulation, /aria-label="Close"/g, 'aria-label="${ _t(\'Close\') }"'],
  [simulation, /: 'Process'/g, ": _t('Process')"],
  [simulation, /title="Set animation speed = \$\{ label \}"/g, 'title="${ _t(\'Set animation speed\') }: ${ _t(label) }"'],
  [/lang-feel[\\/]dist[\\/]index\.js/, /detail: '([a-z ]+)'/g, "detail: _t('$1')"],
  // the sentences about FEEL's own functions are English: their signatures and examples speak for themselves
  [/feel-editor[\\/]dist[\\/]index\.js/, /domify\(builtin\.info\)/g, "domify(`<div>${ _t.russian ? builtin.info.replace(/<p>.*?<\\/p>/gs, '') : builtin.info }</div>`)"],
  [/properties-panel[\\/]dist[\\/]index\.esm\.js/, /translate = translateFallback/g, 'translate = _t'],
  [/properties-panel[\\/]dist[\\/]index\.esm\.js/, /closeButtonTooltip = 'Close popup'/g, "closeButtonTooltip = _t('Close popup')"],
  [/PopupMenuComponent\.js/, /title \|\| 'Results'/g, "title || _t('Results')"],
  [/dmn-js-shared[\\/]lib[\\/]components[\\/]InputSelect\.js/, /"value": value,/g, '"value": label,'],
  [/dmn-js-shared[\\/]lib[\\/]components[\\/]InputSelect\.js/, /this\.onChange\(value\);\n  \};\n  onOptionClick/g, "this.onChange(this.props.options?.find((each) => each.label === value)?.value ?? value);\n  };\n  onOptionClick"],
  [/dmn-js-shared[\\/]lib[\\/]components[\\/]List\.js/, /"title": "Remove item"/g, '"title": _t("Remove item")'],
  [/dmn-js-shared[\\/]lib[\\/]util[\\/]PoweredByUtil\.js/, /'title="Powered by bpmn\.io" '/g, "`title=\"${ _t('Powered by bpmn.io') }\" `"],
  [/dmn-js-decision-table[\\/]lib.*DragAndDrop\.js/, /`Move \$\{isInput\(col\) \? 'Input' : 'Output'\}`/g, "_t(isInput(col) ? 'Move input' : 'Move output')"],
  [/dmn-js-decision-table[\\/]lib.*ContextMenu\.js/, /"aria-label": "Decision table context menu"/g, '"aria-label": _t("Decision table context menu")'],
  [/bpmn-js-properties-panel[\\/]dist[\\/]index\.esm\.js/, /'Written in ' \+/g, "_t('Written in') + ' ' +"],
];

/** The plugin. `translate` is the module that exports the function. */
export function askForWords(translate) {
  const found = new Set();
  return {
    name: 'ask-for-words',
    enforce: 'pre',
    buildStart: () => found.clear(),
    transform(code, id) {
      const here = PLACES.filter(([file, pattern]) => file.test(id) && code.search(pattern) >= 0);
      if (!here.length) return null;
      let text = code;
      for (const place of here) {
        found.add(place);
        text = text.replace(place[1], place[2]);
      }
      return { code: `import { translate as _t } from ${JSON.stringify(path.resolve(translate))};\n${text}`, map: null };
    },
    buildEnd(error) {
      const gone = PLACES.filter((place) => !found.has(place));
      if (!error && gone.length) throw new Error(`no longer found: ${gone.map((place) => place[1])}`);
    },
  };
}
