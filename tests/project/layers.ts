// The layers of `src/`, highest first. A file imports its own folder and folders further down this list.
import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { importsOf, resolvedImport } from '../../tools/module-imports.ts'

/** The folders of `src/`, highest first; each is a layer. */
export const layers = [
  'server', // compose, listen, commands
  'management', // HTTP
  'oauth',
  'pages',
  'http',
  'admins', // domain
  'login',
  'rules',
  'migration',
  'connections',
  'users',
  'sessions',
  'clients',
  'tenants',
  'logs',
  'jobs',
  'egress', // infrastructure
  'sandbox',
  'passwords',
  'keys',
  'mail',
  'store',
  'config',
  'contract', // base
  'base',
] as const

/** A source file: its path from the project's root with `/`, and its text. */
export type SourceFile = { path: string; text: string }

/** Reads the files at `paths` (absolute) as source files of the project at `root`. */
export function readSources(root: string, paths: string[]): SourceFile[] {
  return paths.map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
}

/** Answers every import that violates the layers in `files`, one sentence each, with file and line. */
export function layerViolations(files: SourceFile[]): string[] {
  return files.flatMap((file) =>
    importsOf(file.text).flatMap(({ specifier, type_only, line }) => {
      const target = targetOf(file.path, specifier)
      const violation =
        target === undefined ? packageViolation(file.path, specifier) : violationOf(file.path, target, type_only)
      return violation === undefined ? [] : [`${file.path}:${line} ${violation} (${specifier})`]
    }),
  )
}

/** Answers each import cycle once, as `a → b → a`. Type imports count. */
export function importCycles(files: SourceFile[]): string[] {
  const targets = new Map(files.map((file) => [file.path, targetsOf(file)]))
  const cycles = new Map<string, string>()
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      const cycle = trail.slice(at)
      cycles.set([...cycle].sort().join(), [...cycle, path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) walk(path, [])
  return [...cycles.values()]
}

function targetsOf(file: SourceFile): string[] {
  const all = importsOf(file.text).map(({ specifier }) => targetOf(file.path, specifier))
  return [...new Set(all.filter((target) => target !== undefined))]
}

function targetOf(from: string, specifier: string): string | undefined {
  const target = resolvedImport(`/${from}`, specifier)
  return target?.slice(1)
}

function violationOf(from: string, target: string, type_only: boolean): string | undefined {
  const [from_top, from_layer] = from.split('/')
  const [target_top, target_layer] = target.split('/')
  if (target_top === 'sandbox-runtime' && from_top === 'src') return 'imports what runs inside the sandbox'
  if (from_top === 'sandbox-runtime' && target_top !== from_top)
    return 'runs inside the sandbox and imports from outside'
  if (from_top === 'dashboard') {
    if (target_top === 'dashboard') return undefined
    if (target_top === 'src' && target_layer === 'contract' && type_only) return undefined
    return 'is of the dashboard, which may import its own files and types of the contract'
  }
  if (from_top !== 'src') return undefined
  if (target_top === 'package.json') return undefined
  if (target_top !== 'src') return `is of the product and imports from ${target_top}/`
  return orderViolation(from_layer ?? '', target_layer ?? '')
}

function orderViolation(from: string, target: string): string | undefined {
  const order: readonly string[] = layers
  const [from_level, target_level] = [order.indexOf(from), order.indexOf(target)]
  if (from_level < 0) return `lies in src/${from}, which is not a layer`
  if (target_level < 0) return `imports src/${target}, which is not a layer`
  return target_level < from_level ? `goes up from ${from} to ${target}` : undefined
}

// The domain layers and those below know no HTTP.
function packageViolation(from: string, specifier: string): string | undefined {
  const [top, layer] = from.split('/')
  if (top !== 'src' || !/^(?:fastify$|@fastify\/)/.test(specifier)) return undefined
  const order: readonly string[] = layers
  const level = order.indexOf(layer ?? '')
  return level <= order.indexOf('http') ? undefined : `is of ${layer}, which knows no HTTP`
}
