import type { Mutant } from './mutant.ts'

/** Guards of previews, and of what an owner reads in the outbox. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'previews',
    file: 'src/pages/preview.ts',
    find: 'fieldOf(ownForm(request, deps.site.scheme), ',
    replace: 'fieldOf(request.body, ',
    tests: ['tests/management/previews.test.ts'],
  },
  {
    guard: 'previews',
    file: 'src/pages/preview.ts',
    find: 'if (ends_at < deps.clock.now())',
    replace: 'if (ends_at < 0)',
    tests: ['tests/management/previews.test.ts'],
  },
  {
    guard: 'outbox-reads',
    file: 'src/management/mount-management.ts',
    find: "admins_logged_unless !== undefined && subject === 'admin'",
    replace: 'admins_logged_unless !== undefined && false && subject',
    tests: ['tests/management/previews.test.ts'],
  },
]
