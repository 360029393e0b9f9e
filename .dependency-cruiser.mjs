// The arrows: main → infrastructure → application → domain. Each rule says what breaks without it.

const activity = '^src/domain/activities/([^/]+)/'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Modules in a circle can only be understood, tested and loaded all at once.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A module that nothing imports is either forgotten or not wired up yet.',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '\\.config\\.ts$', '^src/main\\.ts$', '^test/'] },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would also hide from every other rule here.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|\\?)' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The domain runs in the server, the browser, a replay and a test: itself, fp-ts and hashes only.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/fp-ts/', '^node_modules/@noble/hashes/'] },
    },
    {
      name: 'kernel-knows-nobody',
      comment:
        'The kernel is the few words that everything else is written in; a word cannot depend on a story.',
      severity: 'error',
      from: { path: '^src/domain/kernel/' },
      to: { path: '^src/domain/', pathNot: '^src/domain/kernel/' },
    },
    {
      name: 'activities-are-strangers',
      comment:
        'An activity can be added or removed alone only if no other activity and no room relies on it.',
      severity: 'error',
      from: { path: activity },
      to: { path: '^src/domain/', pathNot: ['^src/domain/kernel/', '^src/domain/activities/$1/'] },
    },
    {
      name: 'room-knows-the-list-only',
      comment:
        'The room knows the contract and the closed list of activities; a game it knew would be a special case.',
      severity: 'error',
      from: { path: '^src/domain/room/' },
      to: {
        path: '^src/domain/',
        pathNot: ['^src/domain/(kernel|room)/', '^src/domain/activities/registry\\.ts$'],
      },
    },
    {
      name: 'registry-knows-activities-only',
      comment: 'The list is below the room: if it knew the room, room and list would be one thing.',
      severity: 'error',
      from: { path: '^src/domain/activities/registry\\.ts$' },
      to: { path: '^src/domain/', pathNot: ['^src/domain/(kernel|activities)/'] },
    },
    {
      name: 'application-knows-ports-only',
      comment:
        'The engine runs under a virtual clock and a faulty store because it knows neither Nest nor a socket nor a file.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: ['^src/(domain|application)/', '^node_modules/(fp-ts|@noble/hashes)/'] },
    },
    {
      name: 'infrastructure-below-main',
      comment: 'Adapters are put together in main.ts, and only there; the browser is no part of the server.',
      severity: 'error',
      from: { path: '^src/infrastructure/', pathNot: '^src/infrastructure/cli/' },
      to: { path: '^src/', pathNot: '^src/(domain|application|infrastructure)/' },
    },
    {
      name: 'cli-checks-as-a-stranger',
      comment:
        'A draw is checked by the code that a browser checks it with, which shares none with the drawing.',
      severity: 'error',
      from: { path: '^src/infrastructure/cli/' },
      to: { path: '^src/', pathNot: '^src/(domain|application|infrastructure|client/fairness)/' },
    },
    {
      name: 'client-is-light',
      comment: 'The SDK runs in any browser: the pure core, socket.io-client and nothing of the server.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { pathNot: ['^src/(client|domain)/', '^node_modules/(socket\\.io-client|fp-ts|@noble/hashes)/'] },
    },
    {
      name: 'web-knows-client-and-domain',
      comment: 'A page that imported the server would ship it.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/', pathNot: '^src/(web|client|domain)/' },
    },
    {
      name: 'browser-has-no-node',
      comment: 'A module of Node fails in the browser, at run time and only there.',
      severity: 'error',
      from: { path: '^src/(client|web)/', pathNot: '\\.config\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'src-without-test',
      comment: 'What ships must not need what checks it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'kit-is-published',
      comment: 'The testing kit is built into dist/testing: of the tests it may know itself only.',
      severity: 'error',
      from: { path: '^test/kit/' },
      to: { path: '^(test|bench|scripts)/', pathNot: '^test/kit/' },
    },
    {
      name: 'ships-its-dependencies',
      comment: 'A dev package imported by the server works here and fails where it is installed.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/web/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // '#fp/…' leads to fp-ts, which is a dependency; only its alias is not.
        dependencyTypesNot: ['aliased-subpath-import'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports are arrows too: they are gone at run time, but not from the reader's head.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['roomreel-sources', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
