// Messages between the benchmark and a measured process, over Node's IPC channel.

/** Resource usage since the last `usage` request. */
export type Usage = {
  /** User and system time of all threads of the process. */
  cpu_ms: number
  rss_bytes: number
  /** Delay of a 1 ms timer since `monitor_event_loop`; the monitor stops with this reply. */
  loop: { p50_ms: number; p99_ms: number; max_ms: number }
}

/** Memory after a full garbage collection that also released the heap's free pages. */
export type MemoryAfterGc = { rss_bytes: number; heap_bytes: number }

/** A request to a measured process. */
export type IpcRequest =
  | { type: 'usage' }
  | { type: 'monitor_event_loop' }
  | { type: 'memory_after_gc' }
  | { type: 'run_task'; task: string; times: number; concurrency: number }

/** The reply; to `run_task`, the duration of each run and of all runs together. */
export type IpcReply =
  | { usage: Usage }
  | { memory: MemoryAfterGc }
  | { monitoring: true }
  | { durations_ms: number[]; elapsed_ms: number }
