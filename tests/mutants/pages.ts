import type { Mutant } from './mutant.ts'

/** Mutants of the pages: escaping of values. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'pages-escape-values',
    file: 'src/pages/render-page.ts',
    find: 'cache: true })',
    replace: 'cache: true, autoEscape: false })',
    tests: ['tests/pages/login-page.test.ts'],
  },
  {
    guard: 'pages-escape-values',
    file: 'src/base/message.ts',
    find: '`<strong>${escapeHtml(value)}</strong>`',
    replace: '`<strong>${value}</strong>`',
    tests: ['tests/pages/login-page.test.ts'],
  },
]
