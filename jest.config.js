/**
 * Jest runs the TypeScript as native ES modules; types are checked by `npm run typecheck`, not here.
 * Three projects by what a test needs: `unit` nothing, `servers` one or two database servers, `scenarios` whole migrations.
 */
const common = {
  // A sandbox's servers write their files beside; Jest must not look into them.
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } }],
  },
}

export default {
  // Real servers are slow on a busy machine; what hangs is found all the same.
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.servers\\.test\\.ts$', '<rootDir>/test/scenarios/'],
    },
    { ...common, displayName: 'servers', testMatch: ['<rootDir>/test/**/*.servers.test.ts'] },
    { ...common, displayName: 'scenarios', testMatch: ['<rootDir>/test/scenarios/**/*.test.ts'] },
  ],
}
