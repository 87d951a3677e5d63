// Who may import whom: the one table. dependency-cruiser reads it (.dependency-cruiser.mjs), `npm run lint` runs it on the
// sources, and import-table.test.ts shows that each line bites. A room may always import itself.

/** room → rooms it may import; the longest name that fits a path is its room */
export const rooms: Record<string, readonly string[]> = {
  'src/shared': [],
  'src/main/science': ['src/shared'],
  'src/main/engine': ['src/shared'],
  'src/main/importers': ['src/shared'],
  'src/main/exporters': ['src/shared'],
  'src/main/store': ['src/shared'],
  'src/main/model': ['src/main/engine', 'src/shared'],
  'src/main/jobs': [
    'src/main/importers',
    'src/main/exporters',
    'src/main/science',
    'src/main/model',
    'src/main/engine',
    'src/main/figures',
    'src/shared',
  ],
  'src/main/figures': ['src/shared'],
  'src/main/services': [
    'src/main/importers',
    'src/main/exporters',
    'src/main/science',
    'src/main/jobs',
    'src/main/store',
    'src/main/figures',
    'src/shared',
  ],
  'src/main/host': ['src/main/services', 'src/main/store', 'src/main/jobs', 'src/main/engine', 'src/shared'],
  'src/main/electron': ['src/main/host', 'src/shared'],
  'src/main/web': ['src/main/host', 'src/shared'],
  'src/main/cli': ['src/main/host', 'src/shared'],
  'src/preload': ['src/shared/contract'],
  'src/renderer': ['src/shared'],
}

/** within the page, from the outside in; a part imports what stands after it, and itself */
export const pageOrder = ['views', 'stores', 'api'] as const

/** package → the only places that import it; `types`: places that may have its types besides */
export const packages: Record<string, { in: readonly string[]; types?: readonly string[] }> = {
  electron: { in: ['src/main/electron/', 'src/preload/'] },
  'better-sqlite3': { in: ['src/main/store/'] },
  vue: { in: ['src/renderer/'] },
  pinia: { in: ['src/renderer/'] },
  'vue-i18n': { in: ['src/renderer/'] },
  'reka-ui': { in: ['src/renderer/'] },
  '@lucide/vue': { in: ['src/renderer/'] },
  '@intlify/core-base': { in: ['src/shared/locales/'] },
  echarts: {
    in: ['src/renderer/components/Chart.vue', 'src/main/figures/svg.ts'],
    types: ['src/shared/charts/', 'src/renderer/', 'src/main/figures/'],
  },
  h5wasm: { in: ['src/main/importers/', 'src/main/exporters/'] },
  fflate: { in: ['src/main/exporters/', 'src/main/importers/'] },
  'write-excel-file': { in: ['src/main/exporters/'] },
  'umap-js': { in: ['src/main/science/projection/'] },
  'ml-pca': { in: ['src/main/science/projection/'] },
  '@resvg/resvg-js': { in: ['src/main/figures/'] },
}

/** packages and parts of Node.js a room may use at all; rooms that are not here may use what they need */
export const purity: Record<string, readonly string[]> = {
  'src/shared': ['zod', '@intlify/core-base'],
  'src/main/science': ['zod', 'umap-js', 'ml-pca'],
  'src/main/model': ['zod'],
}
