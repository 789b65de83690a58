import type { Mutant } from './mutant.ts'

const tests_of = (...tests: string[]): string[] => tests.map((test) => `tests/${test}.test.ts`)

/** Mutants of identifiers, of codes in text messages and of one log-in page for several user stores. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'phone-numbers-in-e164',
    file: 'src/connections/identifier-rules.ts',
    find: 'return number ?? canonicalIdentifier(typed)',
    replace: 'return canonicalIdentifier(typed)',
    tests: tests_of('login/identifiers'),
  },
  {
    guard: 'outage-ends-attempt',
    file: 'src/login/attempt-login.ts',
    find: '|| !tries_next.has(authentication.outcome)) break',
    replace: '|| !tries_next) break',
    tests: tests_of('oauth/several-stores'),
  },
  {
    guard: 'domains-decide-store',
    file: 'src/login/stores-of-identifier.ts',
    find: 'if (isNonEmpty(named)) return named',
    replace: '',
    tests: tests_of('oauth/several-stores'),
  },
  {
    guard: 'attempts-in-every-store',
    file: 'src/login/brute-force-protection.ts',
    find: 'if (!attempt.enabled || (await reserveIdentifier({ db: trx, clock }, attempt))) reserved.add(attempt)',
    replace: 'if (attempt !== first || (await reserveIdentifier({ db: trx, clock }, attempt))) reserved.add(attempt)',
    tests: tests_of('oauth/several-stores', 'login/failure-counters'),
  },
  {
    guard: 'refusal-before-outage',
    file: 'src/login/attempt-login.ts',
    find: 'const refused = tried.filter((each) => outcomes[each.authentication.outcome].counts_as_failed_attempt)',
    replace:
      'const refused = tried.slice(0, 1).filter((each) => outcomes[each.authentication.outcome].counts_as_failed_attempt)',
    tests: tests_of('oauth/several-stores'),
  },
  {
    guard: 'equal-work-in-stores',
    file: 'src/login/attempt-login.ts',
    find: 'return here.toSorted((one, other) => Number(other.is_here) - Number(one.is_here)).map(({ attempt }) => attempt)',
    replace:
      'return here.filter(({ is_here }, _, all) => is_here || all.every((each) => !each.is_here)).map(({ attempt }) => attempt)',
    tests: tests_of('oauth/several-stores'),
  },
  {
    guard: 'identifier-first-looks-nothing-up',
    file: 'src/oauth/sign-in/login-endpoint.ts',
    find: "return await sendLoginPage(exchange, page, { step: 'password', identifier: identifier.trim() })",
    replace:
      "return await sendLoginPage(exchange, page, { step: identifier.includes('nobody') ? 'one_page' : 'password', identifier: identifier.trim() })",
    tests: tests_of('oauth/several-stores'),
  },
  {
    guard: 'one-try-per-form',
    file: 'src/login/reset-codes.ts',
    find: '[...new Map(typed.connections.map((each) => [each.connection_id, each])).values()]',
    replace: 'typed.connections',
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'names-on-code-page',
    file: 'src/pages/reset-code-page.ts',
    find: '    return found.filter((each) => each !== undefined)\n',
    replace:
      "    if (found.every((each) => each === undefined)) throw new Refusal('not_found')\n    return found.filter((each) => each !== undefined)\n",
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'reset-code-once',
    file: 'src/login/reset-codes.ts',
    find: ".executeTakeFirstOrThrow(() => new Refusal('reset_code_invalid'))",
    replace: '.executeTakeFirst()',
    tests: tests_of('login/reset-by-text', 'login/postgres-races'),
  },
  {
    guard: 'reset-code-five-tries',
    file: 'src/login/reset-codes.ts',
    find: "    .where('tries_left', '>', 0)\n",
    replace: '',
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'texts-to-proven-numbers',
    file: 'src/login/find-reset-recipient.ts',
    find: 'is_active && phone_verified && phone_number !== null',
    replace: 'is_active && phone_number !== null',
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'texts-to-proven-numbers',
    file: 'src/login/find-reset-recipient.ts',
    find: "if (number !== undefined && phoneNumber(phone_number ?? '') === number) return { phone_number: number }",
    replace: 'if (number !== undefined) return { phone_number: number }',
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'texts-per-number',
    file: 'src/login/send-reset-code.ts',
    find: "    [texts_per_number, phone_number, 'this phone number'],\n",
    replace: '',
    tests: tests_of('login/reset-by-text'),
  },
  {
    guard: 'webhook-follows-no-redirect',
    file: 'src/tenants/send-text-message.ts',
    find: 'if (status >= 200 && status < 300) return undefined',
    replace: 'if (status >= 200 && status < 400) return undefined',
    tests: tests_of('login/reset-by-text'),
  },
]
