// node build-feel.mjs  ->  app/feel/feel.js, the FEEL bundle that the engine loads into V8.
import esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const exported = 'interpreter as __interpreter, coerceContext as __coerce, InterpreterContext as __Ctx, builtins as __builtins';

// feelin keeps its interpreter to itself; compiling once needs it
const openFeelin = {
  name: 'open-feelin',
  setup(build) {
    build.onLoad({ filter: /feelin[\\/]dist[\\/]index\.js$/ }, (file) => ({
      contents: `${fs.readFileSync(file.path, 'utf8')}\nexport { ${exported} };`,
      loader: 'js',
    }));
  },
};

await esbuild.build({
  entryPoints: [path.join(here, 'feel', 'entry.mjs')],
  outfile: path.join(here, '..', '..', 'feel', 'feel.js'),
  nodePaths: [path.join(here, 'node_modules'), ...(process.env.NODE_PATH ? [process.env.NODE_PATH] : [])],
  bundle: true,
  format: 'iife',
  minify: true,
  plugins: [openFeelin],
});
