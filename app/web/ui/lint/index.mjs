// Checking a BPMN diagram: bpmnlint's rules and ours, the same in the browser (modeler) and on the server
// (server.mjs, which build-lint.mjs bundles for V8).
//
//   linting(vocabulary, language) -> { config, resolver } for bpmnlint's Linter and for bpmn-js-bpmnlint
//
// vocabulary: { roles, serviceTypes, forms, decisions, processes }, each a list of ids; what is absent is not checked.
import { OWN } from './rules.mjs';
import { STANDARD } from './standard.mjs';
import { say } from './texts.mjs';

const OURS = 'bpmnlint-plugin-marshrut';

/** A rule whose reports speak the reader's language: every message is the rule's own sentence. */
const speaking = (name, factory, language) => (config) => {
  const rule = factory(config);
  return {
    ...rule,
    check: (node, reporter) => rule.check(node, {
      report: (id, _message, more = {}) => {
        const { params = {}, ...rest } = Array.isArray(more) ? { path: more } : more;
        reporter.report(id, say(name, language, params), { ...rest, rule: name, params });
      },
    }),
  };
};

export const linting = (vocabulary = {}, language = 'ru') => {
  const standard = Object.entries(STANDARD).map(([name, [severity]]) => [name, severity]);
  const own = Object.entries(OWN).map(([name, [severity]]) => [`marshrut/${name}`, [severity, vocabulary]]);
  return {
    config: { rules: Object.fromEntries([...standard, ...own]) },
    resolver: {
      resolveRule: (pkg, name) => speaking(name, (pkg === OURS ? OWN : STANDARD)[name][1], language),
      resolveConfig: () => ({}),
    },
  };
};
