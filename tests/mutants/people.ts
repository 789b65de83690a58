import type { Mutant } from './mutant.ts'

/** Mutants of what is read from a legacy profile and of how a person is recognised. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'unknown-flag-refused',
    case: 'G.1',
    file: 'src/migration/read-flag.ts',
    find: 'if (bytes === undefined) return undefined',
    replace: 'if (bytes === undefined) return false',
    tests: ['tests/migration/legacy-profile.test.ts'],
  },
  {
    guard: 'bit-blocks',
    case: 'G.1',
    file: 'src/migration/read-flag.ts',
    find: "return bytes.length === 0 ? false : readText(bytes.toString('latin1'))",
    replace: 'return false',
    tests: ['tests/login/legacy-rows.test.ts'],
  },
  {
    guard: 'nested-secrets',
    case: 'G.3',
    file: 'src/migration/remove-secrets.ts',
    find: 'else if (is_secret || prototype_names.has(name)) walk.dropped.push(own)',
    replace: "else if (path === '' && is_secret) walk.dropped.push(own)",
    tests: ['tests/migration/legacy-profile.test.ts'],
  },
  {
    guard: 'typed-password-in-profile',
    case: 'G.3',
    file: 'src/migration/remove-secrets.ts',
    find: 'if (typed === undefined || text.length > typed_max) return false',
    replace: 'return false',
    tests: ['tests/migration/legacy-profile.test.ts'],
  },
  {
    guard: 'passwords-in-nfc',
    case: 'G.10',
    file: 'src/passwords/passwords.ts',
    find: "return password.normalize('NFC')",
    replace: 'return password',
    tests: ['tests/passwords/passwords.test.ts'],
  },
  {
    guard: 'length-before-normalization',
    case: 'G.10',
    file: 'src/passwords/passwords.ts',
    find: `  checkPasswordLength(password)
  return password.normalize('NFC')`,
    replace: "  return password.normalize('NFC')",
    tests: ['tests/passwords/passwords.test.ts'],
  },
  {
    guard: 'rehash',
    case: 'G.10',
    file: 'src/login/verify-credential.ts',
    find: 'format === current_format ? undefined : await rehash(passwords, password)',
    replace: 'format === current_format ? undefined : undefined',
    tests: ['tests/login/passwords.test.ts'],
  },
]
