import { process_bounds as bounds } from './limits.ts'

/** The work that one process may cause in the server in a window of 10 s: bytes and lines of output, and connections. */
export type OutputBudget = {
  /** A call was sent to the process: it may write more. */
  onCall(): void
  /** Counts output and connections of the process, expected or not. Returns the reason when there is too much. */
  count(done: { bytes?: number; lines?: number; connections?: number }): string | undefined
}

/**
 * Opens the budget of a process: `output_bytes`, 1,000 lines and 1,000 connections per window, and for each call of the
 * window 16 KiB, 120 lines and 20 connections more. The work is thereby bounded by the calls that the server sends.
 */
export function openOutputBudget(output_bytes: number, pendingCount: () => number): OutputBudget {
  let window = { from: Date.now(), calls: 0, bytes: 0, lines: 0, connections: 0 }
  return {
    onCall() {
      window.calls += 1
    },
    count({ bytes = 0, lines = 0, connections = 0 }) {
      const now = Date.now()
      if (now - window.from > bounds.output_window_ms)
        window = { from: now, calls: pendingCount(), bytes: 0, lines: 0, connections: 0 }
      window.bytes += bytes
      window.lines += lines
      window.connections += connections
      const bytes_max = output_bytes + bounds.call_output_bytes * window.calls
      const lines_max = bounds.lines + bounds.call_lines * window.calls
      const new_connections_max = bounds.new_connections + bounds.call_connections * window.calls
      if (window.bytes > bytes_max) return `it wrote more than ${bytes_max} bytes of output`
      if (window.lines > lines_max) return `it wrote more than ${lines_max} lines of output`
      if (window.connections > new_connections_max) return `it opened more than ${new_connections_max} connections`
      return undefined
    },
  }
}
