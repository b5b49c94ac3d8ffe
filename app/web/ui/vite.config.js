// Builds app/web/static/dist: the ordinary page's bundle, and lazily loaded islands (diagrams, API browser).
import { defineConfig } from 'vite';
import { PurgeCSS } from 'purgecss';
import fs from 'node:fs';
import path from 'node:path';
import { askForWords } from './words.js';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const app = path.resolve(here, '../..');

// Tabler is large and pages use a little of it: keep only the selectors that templates, forms and scripts name.
const purge = {
  name: 'purge-css',
  apply: 'build',
  async generateBundle(_options, bundle) {
    for (const asset of Object.values(bundle)) {
      if (asset.type !== 'asset' || !/^assets\/app-.*\.css$/.test(asset.fileName)) continue;
      const [result] = await new PurgeCSS().purge({
        content: [`${app}/**/templates/**/*.html`, `${app}/**/*.py`, `${here}/src/**/*.js`, `${app}/../workflows/**/*.html`],
        css: [{ raw: String(asset.source) }],
        safelist: { standard: [/^htmx-/, /^is-/, /^was-/, 'show', 'collapsing', 'active', 'disabled'], greedy: [/data-bs-theme/] },
        variables: false,
      });
      asset.source = result.css;
    }
  },
};

export default defineConfig({
  root: here,
  base: '/static/dist/',
  plugins: [askForWords(path.join(here, 'src/designer/i18n.js')), purge],
  // templates are made from the vocabulary (modeler/templates.js), nothing of a stranger is read: no megabyte of schemas
  resolve: { alias: { '@bpmn-io/element-templates-validator': path.resolve(here, 'src/designer/modeler/unjudged.js') } },
  build: {
    outDir: path.resolve(here, '../static/dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    cssTarget: ['chrome105', 'firefox110', 'safari16'],
    chunkSizeWarningLimit: 3000,
    rollupOptions: { input: { app: path.resolve(here, 'src/app.js') } },
  },
});
