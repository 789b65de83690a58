// What a measured process and the bench say to each other over the process channel. The product knows nothing of it.

/** How busy a process was since it was last asked. */
export type Usage = {
  /** User and system time of all its threads since the last `usage`. */
  cpu_ms: number
  rss_bytes: number
  /** Delay of a 1 ms timer since `watch_loop`; watching ends with this answer. */
  loop: { p50_ms: number; p99_ms: number; max_ms: number }
}

/** What is left of a process's memory when garbage was collected and what it holds in reserve was given back. */
export type AtRest = { rss_bytes: number; heap_bytes: number }

/** What the bench asks of a measured process. */
export type Question =
  | { ask: 'usage' }
  | { ask: 'watch_loop' }
  | { ask: 'memory_at_rest' }
  | { ask: 'work'; name: string; times: number; at_once: number }

/** What it answers: to `work`, how long each call took and how long all took. */
export type Reply =
  | { usage: Usage }
  | { at_rest: AtRest }
  | { watching: true }
  | { each_ms: number[]; elapsed_ms: number }
