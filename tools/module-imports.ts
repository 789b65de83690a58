// Reads the imports of a module from its source text.
import { dirname, resolve } from 'node:path'

/** One import of a file. */
export type ModuleImport = {
  specifier: string
  /** True for `import type … from` and `export type … from`. */
  type_only: boolean
  /** The line number, from 1. */
  line: number
}

const patterns = [
  /^[ \t]*import\s+(?<type>type\s+)?(?:[\w$*{},\s]+?)\s*from\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /^[ \t]*export\s+(?<type>type\s+)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /^[ \t]*import\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /\b(?:import|require|require\.resolve)\(\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
]

/** Answers every import of `source`: `import`, `export … from`, `import()` and `require()`, in no particular order. */
export function importsOf(source: string): ModuleImport[] {
  const code = withoutComments(source)
  const found: ModuleImport[] = []
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) {
      const line = code.slice(0, match.index).split('\n').length
      const { specifier, type } = match.groups ?? {}
      if (specifier !== undefined) found.push({ specifier, type_only: type !== undefined, line })
    }
  }
  return found
}

/** Answers the absolute path of a relative import of `file`; undefined for packages and built-in modules. */
export function resolvedImport(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return resolve(dirname(file), specifier)
}

/** Answers `source` with its comments replaced by spaces; line breaks, strings and templates stay. */
export function withoutComments(source: string): string {
  const token =
    /(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`)|(?<comment>\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*)/g
  return source.replace(token, (whole, text: string | undefined) => text ?? whole.replace(/[^\n]/g, ' '))
}
