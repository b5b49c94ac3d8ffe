// What the editor is put together from.
import Modeler from 'bpmn-js/lib/Modeler';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import TokenSimulation from 'bpmn-js-token-simulation';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import ZeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import minimap from 'diagram-js-minimap';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import i18n from '../i18n.js';
import lint from './findings.js';
import menus from './menus.js';
import panel from './panel.js';
import templates from './templates.js';
import variables from './variables.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '@bpmn-io/properties-panel/assets/properties-panel.css';
import 'bpmn-js-bpmnlint/dist/assets/css/bpmn-js-bpmnlint.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';

/** An editor in `container` with its properties in `parent`. */
export function editor(container, parent, vocabulary) {
  return new Modeler({
    container,
    propertiesPanel: { parent, layout: { groups: { general: { open: true } } } },
    linting: { bpmnlint: { config: {}, resolver: {} }, active: true },
    minimap: { open: false },
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, ZeebeBehaviors,
      CreateAppendAnythingModule, TokenSimulation, minimap, lint, variables, panel, templates, menus, i18n,
      { vocabulary: ['value', vocabulary] },
    ],
    moddleExtensions: { zeebe },
  });
}

/** A drawing to look at. */
export const viewer = (container) => new Viewer({ container, additionalModules: [i18n], moddleExtensions: { zeebe } });
