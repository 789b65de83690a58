/** Statements over all tenants, and why they are allowed: each runs rarely, and a distributed engine runs it on all nodes. */
export const over_all_tenants: [string, RegExp][] = [
  ['housekeeping: expired failure counters', /^delete from "brute_force_counters" where "expires_at" <= /],
  ['jobs: the next job of all tenants', /^select "tenant_id", "job_id" from "jobs" where "state" = /],
  ['jobs: the leases of running jobs', /^select "tenant_id", "job_id", "kind", "lease_token", .* where "state" = /],
  ['jobs: unknown kinds', /^select distinct "kind" from "jobs" where "state" = /],
  ['delivery: mail that is due', /^select \* from "outbox" where "status" = /],
  [
    'delivery: tenants with a mail service and mail that is due',
    /^select distinct "tenant_id" from "outbox" where "status" = /,
  ],
  ['delivery: log streams that are due', /^select \* from "log_streams" where "status" = /],
  [
    'schema step: marks the records about whom the scripts disagree',
    /^update "migration_records" set "has_drift" = \$1 where "drift" is not null$/,
  ],
  ['delivery: mail kept where there is no mail server', /^update "outbox" set "status" = /],
]
