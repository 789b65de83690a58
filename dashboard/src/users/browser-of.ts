const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const

const systems = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const

const nameIn = (names: readonly (readonly [string, RegExp])[], text: string): string | undefined =>
  names.find(([, form]) => form.test(text))?.[0]

/** The browser and the system that a User-Agent header names; undefined where it names none of those that are known. */
export function browserOf(user_agent: string): { browser: string; system: string } | undefined {
  const browser = nameIn(browsers, user_agent)
  const system = nameIn(systems, user_agent)
  return browser === undefined || system === undefined ? undefined : { browser, system }
}
