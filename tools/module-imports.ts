// Reads what a module imports, without running it.
import { dirname, resolve } from 'node:path'

/** One import of a file, as written. */
export type ModuleImport = {
  specifier: string
  /** True for `import type … from` and `export type … from`. */
  type_only: boolean
  /** Counted from 1. */
  line: number
}

const patterns = [
  /^[ \t]*import\s+(?<type>type\s+)?(?:[\w$*{},\s]+?)\s*from\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /^[ \t]*export\s+(?<type>type\s+)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /^[ \t]*import\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
  /\b(?:import|require|require\.resolve)\(\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm,
]

/** Answers every import of `source`: static, re-exported, dynamic and required, in no particular order. */
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

/** Answers the absolute path that a relative import of `file` names, or undefined for packages and built-ins. */
export function resolvedImport(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return resolve(dirname(file), specifier)
}

/** Answers `source` with its comments blanked out, line breaks kept; strings and templates stay as they are. */
export function withoutComments(source: string): string {
  const token =
    /(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`)|(?<comment>\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*)/g
  return source.replace(token, (whole, text: string | undefined) => text ?? whole.replace(/[^\n]/g, ' '))
}
