import { createElement, use, type ComponentType, type FunctionComponent } from 'react'

/** The code of a part of the dashboard could not be loaded: the server does not answer, or has other files since an upgrade. */
export class NotLoaded extends Error {
  /** Lets the part be loaded again where it is shown next. */
  readonly forget: () => void

  constructor(cause: unknown, forget: () => void) {
    super('A part of the dashboard could not be loaded', { cause })
    this.name = 'NotLoaded'
    this.forget = forget
  }
}

// The texts of Chromium, Firefox, Safari and Vite; the error has nothing else that tells it from one that the code of the part threw.
const fetch_failure =
  /dynamically imported module|importing a module script failed|not a valid javascript mime type|unable to preload css/i

/** Whether the code of a part could not be fetched; false where it was and threw. */
export const isFetchFailure = (error: unknown): boolean => error instanceof Error && fetch_failure.test(error.message)

/** A component that is loaded when it is shown, or before by `preload`. */
export type LazyPart<P> = FunctionComponent<P> & { preload: () => Promise<void> }

/**
 * A component that is loaded when it is shown. Where its code cannot be fetched it throws `NotLoaded`, and where that code throws, the same
 * error; and the page stays: the router's own lazy component would reload it, also while the server does not answer.
 *
 * @param load imports the module
 * @param name the export that is the component
 */
export function lazyPart<M, K extends keyof M>(
  load: () => Promise<M>,
  name: K,
): M[K] extends (props: infer P) => unknown ? LazyPart<P> : never {
  let part: ComponentType | undefined
  let failure: { error: unknown } | undefined
  let pending: Promise<void> | undefined
  const forget = (): void => void (failure = undefined)
  const loadOnce = async (): Promise<void> => {
    try {
      part = (await load())[name] as ComponentType
    } catch (error) {
      failure = { error: isFetchFailure(error) ? new NotLoaded(error, forget) : error }
    }
    pending = undefined
  }
  const preload = async (): Promise<void> => {
    if (!part) await (pending ??= loadOnce())
  }
  const Part = (props: object) => {
    if (failure) throw failure.error
    if (!part) use((pending ??= loadOnce()))
    return part ? createElement(part, props) : null
  }
  return Object.assign(Part, { preload }) as never
}
