// The mutants of all files in this folder, and what is wrong with them.
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cases } from './cases.ts'
import type { Mutant } from './mutant.ts'

const root = resolve(import.meta.dirname, '../..')
const title_of_guard = /\[guard: ([\w-]+)\]/g

/** The mutants of each file of this folder that exports `mutants`. */
export async function allMutants(): Promise<Mutant[]> {
  const files = globSync('*.ts', { cwd: import.meta.dirname }).sort()
  const modules = await Promise.all(
    files.map(
      async (file) =>
        (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { mutants?: readonly Mutant[] },
    ),
  )
  return modules.flatMap((module) => module.mutants ?? [])
}

/** The source of the mutant's file without the guard. @throws when the text of the guard does not occur exactly once */
export function withoutGuard({ guard, file, find, replace }: Mutant): string {
  const parts = readFileSync(join(root, file), 'utf8').split(find)
  if (parts.length !== 2) {
    throw new Error(`${guard}: the text of the guard occurs ${parts.length - 1} times in ${file}, not once`)
  }
  const source = parts.join(replace)
  if (file.endsWith('.ts')) stripTypeScriptTypes(source) // Throws at a syntax error.
  return source
}

/** The guards that the titles of tests name, each with the files of these tests. */
function guardsOfTests(): Map<string, Set<string>> {
  const guards = new Map<string, Set<string>>()
  for (const file of globSync('tests/**/*.test.ts', { cwd: root })) {
    for (const [, guard = ''] of readFileSync(join(root, file), 'utf8').matchAll(title_of_guard)) {
      guards.set(guard, (guards.get(guard) ?? new Set()).add(file))
    }
  }
  return guards
}

function errorsOf(mutant: Mutant, of_tests: Map<string, Set<string>>): string[] {
  const { guard, tests } = mutant
  const errors = tests
    .filter((file) => !of_tests.get(guard)?.has(file))
    .map((file) => `${guard}: no title of a test in ${file} names it`)
  if (tests.length === 0) errors.push(`${guard}: has no test`)
  if (mutant.case !== undefined && !(mutant.case in cases)) errors.push(`${guard}: there is no case ${mutant.case}`)
  try {
    withoutGuard(mutant)
  } catch (error) {
    errors.push(String(error))
  }
  return errors
}

/** What is wrong: a mutant that cannot be made, a guard without a test, a test whose guard has no mutant. */
export function registryErrors(mutants: readonly Mutant[]): string[] {
  const of_tests = guardsOfTests()
  const registered = new Set(mutants.map(({ guard }) => guard))
  const unknown = [...of_tests].filter(([guard]) => !registered.has(guard))
  return [
    ...mutants.flatMap((mutant) => errorsOf(mutant, of_tests)),
    ...unknown.map(([guard, files]) => `${guard}: no mutant removes it (${[...files].join(', ')})`),
  ]
}

/** The cases that no mutant stands against. */
export function casesWithoutGuard(mutants: readonly Mutant[]): string[] {
  const covered = new Set(mutants.map((mutant) => mutant.case))
  return Object.keys(cases).filter((name) => !covered.has(name))
}
