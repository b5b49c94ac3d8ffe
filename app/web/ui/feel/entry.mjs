// FEEL for the engine: compile once, then any number of evaluations in one crossing of the V8 boundary.
// Bundled by build-feel.mjs into app/feel/feel.js; app/feel/evaluator.py is the only caller.
import {
  FeelDate, FeelDateTime, FeelFunction, parseDate, parseDateTime, parseTime, duration, isFunction, isRange,
  __interpreter as interpreter, __coerce as coerce, __Ctx as InterpreterContext, __builtins as builtins,
} from 'feelin';
import { registerFunctions } from './functions.mjs';

const programs = [];
let clock = null; // local wall time of the current request, 'YYYY-MM-DDTHH:MM:SS@Zone', set when an expression asks

const wallClock = () => {
  if (clock === null) throw new Error('the time is not known here');
  return parseDateTime(clock);
};
const own = registerFunctions({ FeelDate, FeelDateTime, parseDate, parseDateTime, wallClock });
for (const [name, [parameters, body]] of Object.entries(own)) {
  builtins[name] = new FeelFunction(body, parameters);
}
// names with spaces must be known to the tokeniser
const vocabulary = Object.fromEntries(Object.keys(own).map((name) => [name, null]));

const plainNumber = (value) => (Number.isFinite(value) ? value : null);

const plainContext = (value) => Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));

// FEEL value -> JSON value; temporal values become their ISO text
const plain = (value) => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'function' || isFunction(value)) throw new Error('a function is not a value');
  if (isRange(value)) throw new Error('a range is not a value');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value !== 'object') return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return plainContext(value);
  return String(value);
};

// kind: 'expression' | 'unary'. -> JSON {id, names}, or {error, position} for a syntax error.
globalThis.feelCompile = (expression, kind) => {
  const context = new InterpreterContext();
  const build = kind === 'unary' ? 'unaryTest' : 'evaluate';
  let built;
  try {
    built = interpreter[build](expression, vocabulary, 'camunda', context);
  } catch (error) {
    if (typeof error.position?.from !== 'number') throw error;
    return JSON.stringify({ error: error.message, position: error.position.from });
  }
  const { root, parseTree } = built;
  if (!root) throw new Error('nothing to evaluate');
  const names = new Set();
  parseTree.iterate({
    enter(node) {
      if (node.name === 'VariableName') names.add(expression.slice(node.from, node.to));
    },
  });
  programs.push({ root, context });
  return JSON.stringify({ id: programs.length - 1, names: [...names] });
};

const warningOf = (program) => (program.context.warnings.length ? program.context.warnings[0].message : null);

const assign = (context, target, value) => {
  const path = target.split('.');
  let at = context;
  for (const key of path.slice(0, -1)) {
    at = at[key] !== null && typeof at[key] === 'object' ? at[key] : (at[key] = {});
  }
  at[path[path.length - 1]] = value;
};

// request: {c: context, m: mode, t: local time or absent, p: [id | [id, target]]} -> [[value, warning|null], ...]
//   all: independent values; first: stop at the first true; chain: each result is assigned before the next
globalThis.feelRun = (request) => {
  const { c, m, t, p } = JSON.parse(request);
  clock = t ?? null;
  const context = coerce(c);
  const results = [];
  for (const step of p) {
    const [id, target] = Array.isArray(step) ? step : [step, null];
    const program = programs[id];
    program.context.warnings.length = 0;
    const value = program.root(context);
    results.push([plain(value), warningOf(program)]);
    if (m === 'first' && value === true) break;
    if (m === 'chain') assign(context, target, value);
  }
  return JSON.stringify(results);
};

// JSON has no dates: an input column of a temporal type reads them from ISO text
const READERS = { date: parseDate, time: parseTime, dateTime: parseDateTime, duration };
const typed = (value, type) => {
  if (value === undefined) return null;
  if (typeof value !== 'string' || !type || !READERS[type]) return value;
  const read = READERS[type](value);
  if (read === null || read === undefined) throw new Error(`'${value}' is not a ${type}`);
  return read;
};

// One decision table in one crossing.
// request: {c, t, i: [input expression ids], k: [type of each input | null], r: [[unary test id | null, ...], ...]}
// -> {v: input values, m: [indexes of matching rules]}
globalThis.feelMatch = (request) => {
  const { c, t, i, k, r } = JSON.parse(request);
  clock = t ?? null;
  const context = coerce(c);
  const inputs = i.map((id, column) => typed(programs[id].root(context), k[column]));
  const scopes = inputs.map((value) => ({ ...context, '?': value ?? null }));
  const holds = (id, column) => {
    if (id === null) return true;
    const answer = programs[id].root(scopes[column])(inputs[column] ?? null);
    return answer === true;
  };
  const matched = [];
  r.forEach((cells, index) => {
    if (cells.every(holds)) matched.push(index);
  });
  return JSON.stringify({ v: inputs.map(plain), m: matched });
};

globalThis.feelFunctionNames = () => JSON.stringify(Object.keys(builtins));
