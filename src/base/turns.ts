/** Runs work of several owners, in turns. */
export type Turns = {
  /**
   * Runs `work` when it is the owner's turn.
   *
   * @throws the error of `refuse`, when the owner has too much waiting work, or the turn has not come in time
   */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>
}

/** The bounds of work that runs in turns. */
export type TurnLimits = {
  at_once: number
  at_once_per_owner: number
  waiting_per_owner: number
  longest_wait_ms: number
  /** Creates the error for work that is not run. */
  refuse(): Error
}

type Waiting = { start(): void }

/**
 * Creates turns: at most `at_once` pieces of work run at the same time, and at most `at_once_per_owner` of them are of one owner. Owners with
 * waiting work get one turn each before any of them gets the next; work of one owner runs in the order of the calls.
 */
export function createTurns({
  at_once,
  at_once_per_owner,
  waiting_per_owner,
  longest_wait_ms,
  refuse,
}: TurnLimits): Turns {
  // The first owner of the map has the next turn.
  const waiting = new Map<string, Waiting[]>()
  const running = new Map<string, number>()
  let running_total = 0

  function startNext(): void {
    for (const [owner, [first, ...rest]] of waiting) {
      if (running_total >= at_once) return
      const of_owner = running.get(owner) ?? 0
      if (first === undefined || of_owner >= at_once_per_owner) continue
      waiting.delete(owner)
      if (rest.length > 0) waiting.set(owner, rest)
      running_total += 1
      running.set(owner, of_owner + 1)
      first.start()
    }
  }

  function end(owner: string): void {
    running_total -= 1
    const of_owner = (running.get(owner) ?? 0) - 1
    if (of_owner > 0) running.set(owner, of_owner)
    else running.delete(owner)
    startNext()
  }

  async function turn(owner: string): Promise<void> {
    const before = waiting.get(owner) ?? []
    if (before.length >= waiting_per_owner) throw refuse()
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const rest = (waiting.get(owner) ?? []).filter((each) => each !== own)
        if (rest.length > 0) waiting.set(owner, rest)
        else waiting.delete(owner)
        reject(refuse())
      }, longest_wait_ms)
      const own: Waiting = {
        start() {
          clearTimeout(timer)
          resolve()
        },
      }
      waiting.set(owner, [...before, own])
      startNext()
    })
  }

  return {
    async run(owner, work) {
      await turn(owner)
      try {
        return await work()
      } finally {
        end(owner)
      }
    },
  }
}
