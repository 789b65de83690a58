const throttle_ms = 5000

/** Drops errors whose message was reported less than five seconds ago: under load one outage is a thousand errors. */
export function throttleErrors(report: (error: Error) => void): (error: Error) => void {
  const reported = new Map<string, number>()
  return (error) => {
    const now = performance.now()
    for (const [message, at] of reported) if (now - at >= throttle_ms) reported.delete(message)
    if (reported.has(error.message)) return
    reported.set(error.message, now)
    report(error)
  }
}
