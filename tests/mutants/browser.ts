import type { Mutant } from './mutant.ts'

const tests_of = (...tests: string[]): string[] => tests.map((test) => `tests/${test}.test.ts`)

/** Mutants of the sign-in with a browser. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'exact-redirect-uri',
    file: 'src/oauth/registered-url.ts',
    find: '(entry === url ||',
    replace: '(url.startsWith(entry) ||',
    tests: tests_of('oauth/authorize/requests'),
  },
  {
    guard: 'exact-redirect-uri',
    file: 'src/oauth/registered-url.ts',
    find: '/^[a-z0-9-]+$/.test(',
    replace: '/^/.test(',
    tests: tests_of('oauth/authorize/requests'),
  },
  {
    guard: 'logout-return-list',
    file: 'src/oauth/logout/v2-logout.ts',
    find: 'if (!isRegisteredUrl(allowed, returnTo, client)) throw',
    replace: 'if (false) throw',
    tests: tests_of('oauth/authorize/sessions'),
  },
  {
    guard: 'sessions-end',
    file: 'src/users/write-credential.ts',
    find: 'await endSessionsOf(trx, tenant_id, [user_id])',
    replace: '',
    tests: tests_of('oauth/authorize/sessions'),
  },
  {
    guard: 'sessions-end',
    file: 'src/users/change-user.ts',
    find: 'if (change.blocked === true) await endSessionsOf(trx, tenant_id, [user_id])',
    replace: '',
    tests: tests_of('oauth/authorize/sessions'),
  },
  {
    guard: 'session-fixation',
    file: 'src/oauth/sign-in/login-endpoint.ts',
    find: 'if (replaced) await endSession(',
    replace: 'if (false) await endSession(',
    tests: tests_of('oauth/authorize/sessions'),
  },
  {
    guard: 'code-reuse',
    file: 'src/oauth/grants/authorization-code-grant.ts',
    find: 'if (family_id !== null) await revokeTokenFamily(',
    replace: 'if (false) await revokeTokenFamily(',
    tests: tests_of('oauth/authorization-code'),
  },
  {
    guard: 'code-once',
    file: 'src/sessions/authorization-codes.ts',
    find: ".where('used_at', 'is', null)",
    replace: '',
    tests: tests_of('oauth/postgres-races'),
  },
  {
    guard: 'code-binding',
    file: 'src/oauth/grants/authorization-code-grant.ts',
    find: 'found.client_id !== client.client_id',
    replace: 'false',
    tests: tests_of('oauth/authorization-code'),
  },
  {
    guard: 'pkce-verifier',
    file: 'src/oauth/grants/authorization-code-grant.ts',
    find: '!digestBytes(computed).equals(digestBytes(code_challenge))',
    replace: 'false',
    tests: tests_of('oauth/authorization-code'),
  },
  {
    guard: 'pkce-downgrade',
    file: 'src/oauth/grants/authorization-code-grant.ts',
    find: 'if (verifier === undefined && request.sent_secret) return',
    replace: 'if (request.sent_secret) return',
    tests: tests_of('oauth/authorization-code'),
  },
  {
    guard: 'bound-to-browser',
    file: 'src/oauth/sign-in/open-page.ts',
    find: 'if (browser !== sealed.browser_digest) throw',
    replace: 'if (false) throw',
    tests: tests_of('oauth/login-form'),
  },
  {
    guard: 'form-origin',
    file: 'src/oauth/sign-in/login-endpoint.ts',
    find: 'const posted = ownForm(request, deps.site.scheme)',
    replace: 'const posted = request.body',
    tests: tests_of('oauth/login-form'),
  },
  {
    guard: 'nothing-stored',
    file: 'src/oauth/authorize/authorize-endpoint.ts',
    find: 'const state = sealRequest(',
    replace:
      "await deps.db.insertInto('consents').values({ tenant_id: tenant.tenant_id, user_id: String(Math.random()), client_id: '', audience: '', scope: '', updated_at: 0 }).execute()\n  const state = sealRequest(",
    tests: tests_of('oauth/login-form'),
  },
  {
    guard: 'planted-cookie',
    file: 'src/oauth/session-cookies.ts',
    find: 'if (session) return session',
    replace: 'return session',
    tests: tests_of('attacks/browser-sign-in'),
  },
  {
    guard: 'page-headers',
    file: 'src/oauth/authorize/send-answer.ts',
    find: '...(in_frames ? [] : ["frame-ancestors \'none\'"]),',
    replace: '',
    tests: tests_of('attacks/browser-sign-in'),
  },
  {
    guard: 'tenant-of-session',
    file: 'src/oauth/sign-in/sealed-request.ts',
    find: '`authorization request/${tenant_id}`',
    replace: '`authorization request/${tenant_id.length * 0}`',
    tests: tests_of('attacks/browser-sign-in'),
  },
  {
    guard: 'no-secret-logged',
    file: 'src/oauth/sign-in/answer-browser-error.ts',
    find: 'details: { error: { code: error, message } },',
    replace: 'details: { error: { code: error, message }, url: request.url },',
    tests: tests_of('attacks/browser-sign-in'),
  },
]
