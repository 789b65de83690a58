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
  {
    guard: 'admin-code-flow-only',
    file: 'src/oauth/authorize/checks/response-mode.ts',
    find: 'request.tenant.is_system ? admin_response_modes : response_modes',
    replace: 'response_modes',
    tests: ['tests/attacks/admin-sessions.test.ts'],
  },
  {
    guard: 'admin-code-flow-only',
    file: 'src/oauth/authorize/checks/code-challenge.ts',
    find: "method === 'plain' && request.tenant.is_system",
    replace: 'false',
    tests: ['tests/attacks/admin-sessions.test.ts'],
  },
  {
    guard: 'admin-session-own-scripts',
    file: 'src/http/own-requests.ts',
    find: "if (!is_own) throw new Refusal('foreign_request')",
    replace: '',
    tests: ['tests/attacks/admin-sessions.test.ts'],
  },
  {
    guard: 'admin-foreign-cookies',
    file: 'src/http/own-requests.ts',
    find: 'if (!mayHaveCookies(request, scheme)) delete request.raw.headers.cookie',
    replace: '',
    tests: ['tests/attacks/admin-sessions.test.ts'],
  },
  {
    guard: 'admin-token-of-session',
    file: 'src/oauth/admin-session.ts',
    find: 'await endSessionsOf(trx, tenant_id, [user_id])',
    replace: '',
    tests: ['tests/attacks/admin-sessions.test.ts'],
  },
]
