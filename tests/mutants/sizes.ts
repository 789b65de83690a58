import type { Mutant } from './mutant.ts'

/** Mutants of the bounds on the work that large bodies, users and files cause. */
export const mutants: readonly Mutant[] = [
  {
    guard: 'sizes-before-errors',
    case: 'D.1',
    file: 'src/management/input-check.ts',
    find: 'const too_large = oversized([schema], value)',
    replace: 'const too_large = undefined as Problem | undefined',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'names-in-refusal',
    case: 'D.1',
    file: 'src/management/input-check.ts',
    find: 'names.slice(0, names_max)',
    replace: 'names',
    tests: ['tests/attacks/costly-input.test.ts'],
  },
  {
    guard: 'large-documents-apart',
    case: 'D.1',
    file: 'src/users/user-rows.ts',
    find: 'const small_bytes = 16_384',
    replace: 'const small_bytes = 1e9',
    tests: ['tests/attacks/large-users.test.ts'],
  },
  {
    guard: 'large-pages-in-turns',
    case: 'D.1',
    file: 'src/users/list-users.ts',
    find: 'if (unreadBytes(part.items) <= page_max_bytes) return',
    replace: 'if (Date.now() > 0) return',
    tests: ['tests/attacks/large-users.test.ts'],
  },
  {
    guard: 'offset-in-store',
    case: 'D.1',
    file: 'src/users/sort-users.ts',
    find: 'const read = await readRows(passing.limit(limit).offset(offset), documents)',
    replace: 'const read = (await readRows(passing.limit(wanted), documents)).slice(offset)',
    tests: ['tests/attacks/large-users.test.ts'],
  },
  {
    guard: 'documents-of-fields',
    case: 'D.1',
    file: 'src/management/project-fields.ts',
    find: 'if (projection.include_fields !== false) return documentsOf(names)',
    replace: 'if (projection.include_fields !== false) return all_documents',
    tests: ['tests/attacks/large-users.test.ts'],
  },
  {
    guard: 'documents-of-export',
    case: 'D.1',
    file: 'src/users/export/export-users.ts',
    find: 'fields ? documentsOf(fields.map(memberOf)) : all_documents',
    replace: 'fields && all_documents.size === 0 ? documentsOf(fields.map(memberOf)) : all_documents',
    tests: ['tests/attacks/large-users.test.ts'],
  },
]
