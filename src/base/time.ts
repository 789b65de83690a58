/** A day in milliseconds. */
export const day_ms = 86_400_000

/** A time in ISO 8601 with milliseconds, UTC. */
export const isoTime = (at_ms: number): string => new Date(at_ms).toISOString()
