// The import arrows: main → infrastructure → application → domain. The comment of each rule says what breaks without it.

const activity = '^src/domain/activities/([^/]+)/'

/** The files of the domain that decode payloads, with zod. */
const commandDecoders = [
  '^src/domain/kernel/payload-decoder\\.ts$',
  '^src/domain/activities/[^/]+/commands\\.ts$',
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Modules in a cycle can only be understood, tested and loaded together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A module without an importer is unused, or not connected yet.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.config\\.ts$', '^src/main\\.ts$', '^test/'] },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'The other rules ignore an import that cannot be resolved.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|\\?)' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The domain runs in the server, the browser, a replay and a test, so it imports itself, fp-ts and hashes only.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: commandDecoders },
      to: { pathNot: ['^src/domain/', '^node_modules/fp-ts/', '^node_modules/@noble/hashes/'] },
    },
    {
      name: 'decoders-add-zod-only',
      comment: 'An activity checks the payloads of its commands with zod; everything else in it stays pure.',
      severity: 'error',
      from: { path: commandDecoders },
      to: {
        pathNot: ['^src/domain/', '^node_modules/(fp-ts|zod)/'],
      },
    },
    {
      name: 'browser-has-no-decoders',
      comment: 'The decoders bring zod, which a page does not need: the server checks payloads.',
      severity: 'error',
      from: { path: '^src/(client|web)/' },
      to: {
        path: [...commandDecoders, '^src/domain/activities/[^/]+/index\\.ts$', '^src/plugins\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'kernel-imports-nothing',
      comment:
        'Every part of the domain imports the kernel, so its dependencies would be dependencies of every part.',
      severity: 'error',
      from: { path: '^src/domain/kernel/' },
      to: { path: '^src/domain/', pathNot: '^src/domain/kernel/' },
    },
    {
      name: 'activities-are-independent',
      comment: 'An activity can be added or removed alone only if no other activity imports it.',
      severity: 'error',
      from: { path: activity },
      to: { path: '^src/domain/', pathNot: ['^src/domain/kernel/', '^src/domain/activities/$1/'] },
    },
    {
      name: 'room-knows-no-activity',
      comment:
        'The room runs activities that it gets with its model; a game it imported would be a special case.',
      severity: 'error',
      from: { path: '^src/domain/(room|signalling)/' },
      to: { path: '^src/domain/activities/' },
    },
    {
      name: 'plugins-are-a-list',
      comment:
        'The list of built-in plug-ins imports them all, so only the composition may import it: an engine gets its model as a parameter.',
      severity: 'error',
      from: { path: '^src/(domain|application|client|web|infrastructure/protocols)/' },
      to: { path: '^src/plugins\\.ts$' },
    },
    {
      name: 'application-imports-ports-only',
      comment:
        'Tests run the engine with a virtual clock and a faulty store, so it imports no Nest, no socket and no file.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: ['^src/(domain|application)/', '^node_modules/(fp-ts|@noble/hashes)/'] },
    },
    {
      name: 'infrastructure-below-main',
      comment: 'Only main.ts connects adapters; the browser code is not part of the server.',
      severity: 'error',
      from: { path: '^src/infrastructure/', pathNot: '^src/infrastructure/cli/' },
      to: { path: '^src/', pathNot: ['^src/(domain|application|infrastructure)/', '^src/plugins\\.ts$'] },
    },
    {
      name: 'cli-verifies-independently',
      comment:
        'The command line verifies a draw with the browser code, which shares nothing with the code that draws.',
      severity: 'error',
      from: { path: '^src/infrastructure/cli/' },
      to: {
        path: '^src/',
        pathNot: ['^src/(domain|application|infrastructure|client/fairness)/', '^src/plugins\\.ts$'],
      },
    },
    {
      name: 'client-is-light',
      comment:
        'The SDK runs in any browser, so it imports the domain, socket.io-client and nothing of the server.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: ['^src/(client|domain)/', '^node_modules/(socket\\.io-client|fp-ts|@noble/hashes)/'] },
    },
    {
      name: 'web-imports-client-and-domain',
      comment: 'A page that imports the server would contain it.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/', pathNot: '^src/(web|client|domain)/' },
    },
    {
      name: 'browser-has-no-node',
      comment: 'A module of Node fails in the browser only, and at run time only.',
      severity: 'error',
      from: { path: '^src/(client|web)/', pathNot: '\\.config\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'src-without-test',
      comment: 'The published package does not contain tests, benchmarks and scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'kit-is-published',
      comment: 'The testing kit is published as dist/testing, without the other tests.',
      severity: 'error',
      from: { path: '^test/kit/' },
      to: { path: '^(test|bench|scripts)/', pathNot: '^test/kit/' },
    },
    {
      name: 'examples-import-the-package',
      comment:
        'An example shows what an application can import, so it has nothing that the package does not export.',
      severity: 'error',
      from: { path: '^examples/' },
      // The package's own name resolves to its sources too, but is not `local`.
      to: { path: '^(src|test|bench|scripts)/', dependencyTypes: ['local'] },
    },
    {
      name: 'ships-its-dependencies',
      comment: 'A dev dependency of the server is missing where the package is installed.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // '#fp/…' resolves to fp-ts, which is a dependency; only the alias is not. Peers are dev dependencies here, and
        // the application has them.
        dependencyTypesNot: ['aliased-subpath-import', 'npm-peer'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // A type-only import is a dependency too: it disappears at run time, but a reader has to follow it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['roomreel-sources', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
