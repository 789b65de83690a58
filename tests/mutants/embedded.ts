import type { Mutant } from './mutant.ts'

const tests_of = (...tests: string[]): string[] => tests.map((test) => `tests/${test}.test.ts`)

/** Mutants of embedded login. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'ticket-once',
    file: 'src/sessions/login-tickets.ts',
    find: '.set({ secret_digest })',
    replace: '.set({ secret_digest: ticket_digest })',
    tests: tests_of('oauth/embedded/cross-origin', 'oauth/postgres-races'),
  },
  {
    guard: 'ticket-browser',
    file: 'src/sessions/login-tickets.ts',
    find: "['login ticket', client_id, browser_digest, secret].join('\\n')",
    replace: "['login ticket', client_id, browser_digest.slice(0, 0), secret].join('\\n')",
    tests: tests_of('oauth/embedded/cross-origin'),
  },
  {
    guard: 'ticket-client',
    file: 'src/sessions/login-tickets.ts',
    find: "['login ticket', client_id, browser_digest, secret].join('\\n')",
    replace: "['login ticket', client_id.slice(0, 0), browser_digest, secret].join('\\n')",
    tests: tests_of('oauth/embedded/cross-origin'),
  },
  {
    guard: 'ticket-no-session',
    file: 'src/sessions/login-tickets.ts',
    find: "['login ticket', client_id, browser_digest, secret].join('\\n')",
    replace: 'client_id === browser_digest ? client_id : secret',
    tests: tests_of('oauth/embedded/cross-origin'),
  },
  {
    guard: 'ticket-origin',
    file: 'src/oauth/embedded/mount-co-authenticate.ts',
    find: 'if (origin === undefined || !isOriginOf(client, origin)) {',
    replace: 'if (origin === undefined) {',
    tests: tests_of('oauth/embedded/cross-origin'),
  },
  {
    guard: 'ticket-json',
    file: 'src/oauth/embedded/mount-co-authenticate.ts',
    find: '  addJsonParser(scope)\n',
    replace:
      "  addJsonParser(scope)\n  scope.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: unknown) => JSON.parse(String(body)))\n",
    tests: tests_of('oauth/embedded/cross-origin'),
  },
  {
    guard: 'page-login-origin',
    file: 'src/oauth/embedded/page-login.ts',
    find: '  requireOwnPage(request, deps.site.scheme)\n',
    replace: '',
    tests: tests_of('oauth/embedded/own-login-page'),
  },
  {
    guard: 'callback-target',
    file: 'src/oauth/embedded/login-callback.ts',
    find: 'const step = session && (await nextStep(deps, session, authorization, sealed.request_id))',
    replace:
      "const named = JSON.parse(fieldOf(posted, 'wctx')) as { redirect_uri: string }\n  authorization.target.redirect_uri = named.redirect_uri\n  const step = session && (await nextStep(deps, session, authorization, sealed.request_id))",
    tests: tests_of('oauth/embedded/own-login-page'),
  },
  {
    guard: 'callback-form',
    file: 'src/oauth/embedded/login-callback.ts',
    find: 'const posted = ownForm(exchange.request, deps.site.scheme)',
    replace: 'const posted = exchange.request.body',
    tests: tests_of('oauth/embedded/own-login-page'),
  },
]
