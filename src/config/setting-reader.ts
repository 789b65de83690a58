import { settings, type Setting, type SettingName } from './settings.ts'

/** Reads settings. The problem with an invalid one is added to `problems`, and its default or lowest value is returned. */
export type SettingReader = {
  problems: string[]
  /** The trimmed text, or the default where it is unset or empty. */
  text(name: SettingName): string | undefined
  /** A whole number within the setting's bounds. */
  integer(name: SettingName): number
  /** One of the setting's choices. */
  choice<T extends string>(name: SettingName): T
  /** A URL with one of these protocols. */
  url(name: SettingName, protocols: string[]): string | undefined
  /** The entries of a comma-separated list, without empty ones. */
  list(name: SettingName): string[]
}

const port_max = 65_535

/** Hides a user name and a password in a URL, which must not appear in the log. */
export function withoutUserinfo(url: string): string {
  return url.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1')
}

/** Creates a reader of the settings in `env`. */
export function createSettingReader(env: Record<string, string | undefined>): SettingReader {
  const problems: string[] = []
  const text = (name: SettingName): string | undefined => {
    const given = env[name]?.trim()
    const setting: Setting = settings[name]
    return given === undefined || given === '' ? setting.default : given
  }
  return {
    problems,
    text,
    integer(name) {
      const given = text(name) ?? ''
      const value = Number(given)
      const {
        kind,
        minimum = 0,
        maximum = kind === 'port' ? port_max : Number.MAX_SAFE_INTEGER,
      }: Setting = settings[name]
      if (/^\d+$/.test(given) && value >= minimum && value <= maximum) return value
      problems.push(`${name} must be a whole number from ${minimum} to ${maximum}; it is "${given}".`)
      return minimum
    },
    choice<T extends string>(name: SettingName): T {
      const given = text(name) ?? ''
      const { choices = [], default: standard = '' }: Setting = settings[name]
      if (choices.includes(given)) return given as T
      problems.push(`${name} must be one of ${choices.join(', ')}; it is "${given}".`)
      return standard as T
    },
    url(name, protocols) {
      const given = text(name)
      if (given === undefined) return undefined
      if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given
      const expected = protocols.map((protocol) => `${protocol}//`).join(' or ')
      const { kind }: Setting = settings[name]
      const shown = kind === 'secret' ? '' : `; it is "${withoutUserinfo(given)}"`
      problems.push(`${name} must be a URL that begins with ${expected}${shown}.`)
      return undefined
    },
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
  }
}
