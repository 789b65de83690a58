import type { Mutant } from './mutant.ts'

/** Guards of the admin origin. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'people-scopes',
    file: 'src/contract/people.ts',
    find: "people/unlock',\n    scopes: ['update:people'],",
    replace: "people/unlock',\n    scopes: ['update:people', 'read:people'],",
    tests: ['tests/management/people.test.ts'],
  },
  {
    guard: 'host-header-only',
    file: 'src/http/tenant-of.ts',
    find: 'resolveByHost(app, scheme, hostHeader, find, message)',
    replace: 'resolveByHost(app, scheme, (request) => request.host, find, message)',
    tests: ['tests/attacks/admin-origin.test.ts'],
  },
  {
    guard: 'admin-login-same-site',
    file: 'src/oauth/mount-oauth.ts',
    find: "['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))",
    replace: 'false && headers',
    tests: ['tests/attacks/admin-origin.test.ts'],
  },
]
