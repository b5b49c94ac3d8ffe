// node build-lint.mjs  ->  app/engine/bpmn/rules.js, the checks of diagrams that the server loads into V8.
import esbuild from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

await esbuild.build({
  entryPoints: [path.join(here, 'lint', 'server.mjs')],
  outfile: path.join(here, '..', '..', 'engine', 'bpmn', 'rules.js'),
  bundle: true,
  format: 'iife',
  minify: true,
});
