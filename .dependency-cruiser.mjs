// The rules of test/house/import-table.ts in dependency-cruiser's words.
import { packages, pageOrder, purity, rooms } from './test/house/import-table.ts'

const escaped = (text) => text.replace(/[.\\/@-]/g, '\\$&')
const inside = (folders) => folders.map((folder) => `^${escaped(folder)}${folder.endsWith('/') || /\.\w+$/.test(folder) ? '' : '/'}`)
const packageFiles = (name) => `(^|node_modules/)(@types/)?${escaped(name)}(/|$)`
const roomNames = Object.keys(rooms)

const rule = (name, from, to) => ({ name, severity: 'error', from, to })

const betweenRooms = roomNames.map((room) =>
  rule(`${room}-imports`, { path: inside([room]) }, { path: '^src/', pathNot: inside([room, ...rooms[room]]) }),
)

const ofPackages = Object.entries(packages).flatMap(([name, { in: places, types = [] }]) => [
  rule(`${name}-only-in`, { path: '^src/', pathNot: inside([...places, ...types]) }, { path: packageFiles(name) }),
  ...(types.length === 0
    ? []
    : [
        rule(
          `${name}-types-only`,
          { path: inside(types), pathNot: inside(places) },
          { path: packageFiles(name), dependencyTypesNot: ['type-only'] },
        ),
      ]),
])

const ofPureRooms = Object.entries(purity).flatMap(([room, allowed]) => [
  rule(`${room}-is-pure`, { path: inside([room]) }, { dependencyTypes: ['core'] }),
  rule(
    `${room}-packages`,
    { path: inside([room]) },
    {
      path: '.',
      pathNot: ['^src/', ...allowed.map(packageFiles)],
      dependencyTypesNot: ['core', 'type-only'],
    },
  ),
])

const ofThePage = [
  ...pageOrder
    .slice(1)
    .map((part, index) =>
      rule(
        `renderer-${part}-imports`,
        { path: inside([`src/renderer/${part}`]) },
        { path: inside(pageOrder.slice(0, index + 1).map((outer) => `src/renderer/${outer}`)) },
      ),
    ),
  rule(
    'renderer-components-are-given-all',
    { path: inside(['src/renderer/components']) },
    { path: inside(pageOrder.map((part) => `src/renderer/${part}`)) },
  ),
  rule(
    'renderer-views-ask-stores',
    { path: inside(['src/renderer/views']) },
    { path: inside(['src/renderer/api']), dependencyTypesNot: ['type-only'] },
  ),
]

export default {
  forbidden: [
    ...betweenRooms,
    ...ofPackages,
    ...ofPureRooms,
    ...ofThePage,
    rule('no-cycles', { path: '^src/' }, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('one-page-one-room', { path: '^src/', pathNot: roomNames.map((room) => inside([room])[0]) }, { path: '^src/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.js', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
