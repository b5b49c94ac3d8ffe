// The server's side of the checks: `lintXml(xml, vocabulary)` begins, `lintAnswered()` gives the JSON.
// app/engine/bpmn/linting.py is the only caller.
import { BpmnModdle } from 'bpmn-moddle';
import Linter from 'bpmnlint/lib/linter.js';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' };
import { linting } from './index.mjs';
import { OWN } from './rules.mjs';
import { STANDARD } from './standard.mjs';
import { say } from './texts.mjs';

const named = (root) => {
  const names = new Map();
  const visit = (node) => {
    if (node.id) names.set(node.id, node.name || null);
    for (const list of ['rootElements', 'flowElements', 'laneSets', 'lanes', 'participants', 'artifacts', 'messageFlows']) {
      (node[list] || []).forEach(visit);
    }
    if (node.childLaneSet) visit(node.childLaneSet);
  };
  visit(root);
  return names;
};

/** Flows know their ends; that the ends know their flows is optional in a file (bpmn-js sees to it in the browser). */
const wire = (scope) => {
  const join = (node, list, flow) => {
    const known = node?.get?.(list);
    if (known && !known.includes(flow)) known.push(flow);
  };
  for (const element of scope.rootElements || scope.flowElements || []) {
    if (element.$type === 'bpmn:SequenceFlow') {
      join(element.sourceRef, 'outgoing', element);
      join(element.targetRef, 'incoming', element);
    }
    wire(element);
  }
};

const lint = async (xml, vocabulary) => {
  const { rootElement } = await new BpmnModdle({ zeebe }).fromXML(xml);
  wire(rootElement);
  const names = named(rootElement);
  const results = await new Linter(linting(vocabulary)).lint(rootElement);
  return Object.values(results).flat().map(({ id, rule, params, category, message }) => {
    if (category === 'rule-error') throw new Error(message);
    return {
      element: id, name: names.get(id) ?? null, rule, params, severity: category === 'error' ? 'error' : 'warning',
      ru: say(rule, 'ru', params), en: say(rule, 'en', params),
    };
  });
};

let answer = 'null';

// begins; promises are kept before the next call, which reads the answer
globalThis.lintXml = (xml, vocabulary) => {
  answer = 'null';
  lint(xml, JSON.parse(vocabulary)).then(
    (findings) => { answer = JSON.stringify({ findings }); },
    (error) => { answer = JSON.stringify({ error: String(error.message || error) }); },
  );
  return 'null';
};

globalThis.lintRules = () => JSON.stringify([...Object.keys(STANDARD), ...Object.keys(OWN)]);

globalThis.lintAnswered = () => answer;
