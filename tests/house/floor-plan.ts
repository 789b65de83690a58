// The floors of `src/`, from the roof to the ground. A file imports its own folder and folders further down this list.
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { importsOf, resolvedImport } from '../../tools/module-imports.ts'

/** The folders of `src/`, highest first; each is a floor of its own. */
export const floors = [
  'server', // roof: compose, listen, commands
  'management', // doors
  'oauth',
  'pages',
  'http',
  'login', // rooms
  'rules',
  'migration',
  'connections',
  'users',
  'clients',
  'tenants',
  'logs',
  'jobs',
  'sandbox', // cellar
  'passwords',
  'keys',
  'mail',
  'store',
  'config',
  'contract', // ground
  'base',
] as const

/** A source file: its path from the project's root with `/`, and its text. */
export type SourceFile = { path: string; text: string }

/** Reads the files at `paths` (absolute) as source files of the project at `root`. */
export function readSources(root: string, paths: string[]): SourceFile[] {
  return paths.map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
}

/** Answers every breach of the floors in `files`, one sentence each, with file and line. */
export function floorBreaches(files: SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file.text).flatMap(({ specifier, type_only, line }) => {
      const target = targetOf(file.path, specifier)
      const breach = target === undefined ? packageBreach(file.path, specifier) : breachOf(file.path, target, type_only)
      return breach === undefined ? [] : [`${file.path}:${line} ${breach} (${specifier})`]
    }),
  )
}

/** Answers each ring of imports once, as `a → b → a`. Type imports count: a ring of types is a ring of ideas. */
export function importRings(files: SourceFile[]): string[] {
  const targets = new Map(files.map((file) => [file.path, targetsOf(file)]))
  const rings = new Map<string, string>()
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const ring = trail.slice(at)
      rings.set([...ring].sort().join(), [...ring, path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) walk(path, [])
  return [...rings.values()]
}

function targetsOf(file: SourceFile): string[] {
  const all = importsOf(file.text).map(({ specifier }) => targetOf(file.path, specifier))
  return [...new Set(all.filter((target) => target !== undefined))]
}

function targetOf(from: string, specifier: string): string | undefined {
  const target = resolvedImport(`/${from}`, specifier)
  return target?.slice(1)
}

function breachOf(from: string, target: string, type_only: boolean): string | undefined {
  const [from_top, from_floor] = from.split('/')
  const [target_top, target_floor] = target.split('/')
  if (target_top === 'sandbox-runtime' && from_top === 'src') return 'imports what runs inside the sandbox'
  if (from_top === 'sandbox-runtime' && target_top !== from_top)
    return 'runs inside the sandbox and imports from outside'
  if (from_top === 'dashboard') {
    if (target_top === 'dashboard') return undefined
    if (target_top === 'src' && target_floor === 'contract' && type_only) return undefined
    return 'is of the dashboard, which may import its own files and types of the contract'
  }
  if (from_top !== 'src') return undefined
  if (target_top === 'package.json') return undefined
  if (target_top !== 'src') return `is of the product and imports from ${target_top}/`
  return stairsBreach(from_floor ?? '', target_floor ?? '')
}

function stairsBreach(from: string, target: string): string | undefined {
  const order: readonly string[] = floors
  const [from_level, target_level] = [order.indexOf(from), order.indexOf(target)]
  if (from_level < 0) return `lies in src/${from}, which is no floor`
  if (target_level < 0) return `imports src/${target}, which is no floor`
  return target_level < from_level ? `goes up from ${from} to ${target}` : undefined
}

// Rooms and what lies under them know no HTTP.
function packageBreach(from: string, specifier: string): string | undefined {
  const [top, floor] = from.split('/')
  if (top !== 'src' || !/^(?:fastify$|@fastify\/)/.test(specifier)) return undefined
  const order: readonly string[] = floors
  const level = order.indexOf(floor ?? '')
  return level <= order.indexOf('http') ? undefined : `is of ${floor}, which knows no HTTP`
}
