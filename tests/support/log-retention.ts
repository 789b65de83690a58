/** The retention of the default settings. */
export const log_retention = { log_retention_days: 30, script_log_retention: { days: 30, lines: 1000 } }
