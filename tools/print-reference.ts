// `npm run docs` prints docs/reference/ from the source; `--check` reports the pages that no longer match it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openApiDocument } from '../src/contract/openapi.ts'
import { configurationPage, logTypesPage, outcomesPage, problemsPage } from './reference/reference-pages.ts'
import { pageTextsPage } from './reference/page-texts-page.ts'
import { sandboxPage } from './reference/sandbox-page.ts'

const folder = resolve(import.meta.dirname, '../docs/reference')
const pages: Record<string, () => string> = {
  'configuration.md': configurationPage,
  'log-types.md': logTypesPage,
  'openapi.json': () => `${JSON.stringify(openApiDocument(), undefined, 2)}\n`,
  'outcomes.md': outcomesPage,
  'page-texts.md': pageTextsPage,
  'problems.md': problemsPage,
  'sandbox.md': sandboxPage,
}

if (process.argv.includes('--check')) check()
else print()

function print(): void {
  mkdirSync(folder, { recursive: true })
  for (const name of unexpectedFiles()) rmSync(join(folder, name))
  for (const [name, render] of Object.entries(pages)) writeFileSync(join(folder, name), render())
}

function check(): void {
  const drifted = Object.entries(pages)
    .filter(([name, render]) => present(name) !== render())
    .map(([name]) => name)
  for (const name of [...drifted, ...unexpectedFiles()])
    console.error(`docs/reference/${name} does not match the source.`)
  if (drifted.length + unexpectedFiles().length === 0) return
  console.error('Run `npm run docs` and commit the result.')
  process.exitCode = 1
}

function present(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return undefined
  }
}

/** Files in the folder that are not in the list of pages. */
function unexpectedFiles(): string[] {
  try {
    return readdirSync(folder).filter((name) => !(name in pages))
  } catch {
    return []
  }
}
