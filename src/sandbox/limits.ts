/** The bounds of a call and of the process that runs it. */
export type ScriptLimits = {
  /** From the moment the script starts; a call past it is answered `timed_out`. */
  deadline_ms: number
  /** Memory that scripts of one process may use on top of an empty process. */
  memory_bytes: number
  /** What a process may write besides answers in `output_window_ms`; more ends it. */
  output_bytes: number
  /** The JSON of one answer. */
  result_bytes: number
  /** Calls that run at once in one process. */
  in_flight: number
  /** Calls that wait for a place; one more is answered `saturated`. */
  waiting: number
}

/** 10 s, 256 MiB, 16 MiB of output, answers of 256 KiB, 16 at once, 50 waiting. */
export const default_limits: ScriptLimits = {
  deadline_ms: 10_000,
  memory_bytes: 256 * 1024 * 1024,
  output_bytes: 16 * 1024 * 1024,
  result_bytes: 256 * 1024,
  in_flight: 16,
  waiting: 50,
}

/** Bounds that are no caller's choice; times in milliseconds. */
export const process_bounds = {
  /** From spawn to the first word. */
  start_ms: 20_000,
  /** A process that owes an answer to a ping for so long is ended. */
  ping_ms: 1_000,
  /** A call that the process has not taken up for so long makes it suspect. */
  take_up_ms: 1_000,
  /** How often a call that never started may be given to another process. */
  restarts: 3,
  /** Window of `output_bytes`. */
  output_window_ms: 10_000,
  /** Lines of no known shape in one window. */
  stray_lines: 1_000,
  /** Room of one line beyond the largest answer. */
  line_slack_bytes: 128 * 1024,
  /** Script log lines of one process per second; more are counted, not kept. */
  log_lines_per_s: 200,
  log_text_bytes: 8_192,
  /** A process is replaced after this age, number of calls, abandoned calls or uncaught exceptions. */
  age_ms: 60 * 60 * 1000,
  calls: 10_000,
  abandoned: 32,
  /** Connections that scripts left open. */
  connections: 96,
  fatals: 50,
  /** A process without calls is stopped after this time. */
  idle_ms: 5 * 60 * 1000,
  /** Share of one core that a process without calls may use, and for how many samples in a row. */
  idle_cpu: 0.15,
  idle_cpu_samples: 3,
  sample_ms: 250,
  idle_sample_ms: 1_000,
  /** Open files and sockets of one process. */
  open_files: 256,
}
