/** The limits of a call and of the process that runs it. */
export type ScriptLimits = {
  /** From the moment the script starts; a call past it is answered `timed_out`. */
  deadline_ms: number
  /** Memory that scripts of one process may use, beyond that of an empty process. */
  memory_bytes: number
  /** Output of a process per `output_window_ms`, plus `call_output_bytes` for each of its calls; more kills it. */
  output_bytes: number
  /** Size of one answer as JSON. */
  result_bytes: number
  /** Calls that run at once in one process. */
  in_flight: number
  /** Calls that wait in a unit's queue; one more is answered `saturated`. */
  waiting: number
}

/** The limits where the caller sets no others: 10 s, 256 MiB, 16 MiB of output, answers of 256 KiB, 16 at once, 50 waiting. */
export const default_limits: ScriptLimits = {
  deadline_ms: 10_000,
  memory_bytes: 256 * 1024 * 1024,
  output_bytes: 16 * 1024 * 1024,
  result_bytes: 256 * 1024,
  in_flight: 16,
  waiting: 50,
}

/** Bounds that the caller cannot choose. */
export const process_bounds = {
  /** From spawn to the first line. */
  start_ms: 20_000,
  /** A process that has not answered a ping for so long is killed. */
  ping_ms: 1_000,
  /** When a call has not started for so long, its process is sent a ping. */
  call_start_ms: 1_000,
  /** How often a call that never started may be sent to another process. */
  restarts: 3,
  /** Window of `output_bytes`. */
  output_window_ms: 10_000,
  /** Output that each call of a window adds to `output_bytes`. */
  call_output_bytes: 16 * 1024,
  /** Lines that a process writes per window, plus `call_lines` for each of its calls: more than a script may log. */
  lines: 1_000,
  call_lines: 120,
  /** Connections that a process opens per window, plus `call_connections` for each of its calls. */
  new_connections: 1_000,
  call_connections: 20,
  /** Length of one line beyond the largest answer. */
  line_slack_bytes: 128 * 1024,
  /** Script log lines of one process per second; more are dropped. */
  log_lines_per_s: 200,
  /** Time per second in which secrets are masked in them; once it is over, further lines of that second are dropped. */
  log_masking_ms_per_s: 200,
  /** Length of a line of the log in characters, before and after secrets are masked in it. */
  log_text_length: 8_192,
  /** Length of a line that is not an answer, in characters. */
  short_line_length: 64 * 1024,
  /** Lines that the server sends and the process has not read yet; more kills it. */
  unread_bytes: 16 * 1024 * 1024,
  /** A process is recycled after this age, number of calls, abandoned calls, uncaught exceptions or open connections. */
  age_ms: 60 * 60 * 1000,
  calls: 10_000,
  abandoned: 32,
  uncaught_errors: 50,
  connections: 96,
  /** A process without calls is stopped after this time. */
  idle_ms: 5 * 60 * 1000,
  /** Share of one core that a process without calls may use, and for how many samples in a row. */
  idle_cpu: 0.15,
  /** The share that it may use or wait for. */
  idle_demand: 0.5,
  idle_cpu_samples: 3,
  sample_ms: 250,
  /** How long after its tenant needed a whole core a process is replaced by one with the usual priority. */
  yield_ms: 2_000,
  idle_sample_ms: 1_000,
  /** Open files and sockets of one process. */
  open_files: 256,
}
