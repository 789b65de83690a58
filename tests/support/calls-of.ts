import type { TestContext } from 'node:test'

/** The texts on which a method of strings is called from now on, until the mocks of the test are restored. */
export function callsOf(
  t: TestContext,
  method: 'includes' | 'matchAll' | 'normalize' | 'toLowerCase' | 'toWellFormed',
): string[] {
  const texts: string[] = []
  const own = String.prototype[method] as (...args: unknown[]) => unknown
  t.mock.method(String.prototype, method, function (this: string, ...args: unknown[]) {
    texts.push(String(this))
    return own.apply(this, args)
  })
  return texts
}
