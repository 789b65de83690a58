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

/** A component that is loaded when it is shown, or before by `preload`. */
export type LazyPart<P> = FunctionComponent<P> & { preload: () => Promise<void> }

/**
 * A component that is loaded when it is shown. Where that fails it throws `NotLoaded`, and the page stays: the router's own lazy component
 * would reload it, also while the server does not answer.
 *
 * @param load imports the module
 * @param name the export that is the component
 */
export function lazyPart<M, K extends keyof M>(
  load: () => Promise<M>,
  name: K,
): M[K] extends (props: infer P) => unknown ? LazyPart<P> : never {
  let part: ComponentType | undefined
  let failure: NotLoaded | undefined
  let pending: Promise<void> | undefined
  const forget = (): void => void (failure = undefined)
  const loadOnce = async (): Promise<void> => {
    try {
      part = (await load())[name] as ComponentType
    } catch (error) {
      failure = new NotLoaded(error, forget)
    }
    pending = undefined
  }
  const preload = async (): Promise<void> => {
    if (!part) await (pending ??= loadOnce())
  }
  const Part = (props: object) => {
    if (failure) throw failure
    if (!part) use((pending ??= loadOnce()))
    return part ? createElement(part, props) : null
  }
  return Object.assign(Part, { preload }) as never
}
