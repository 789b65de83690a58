import type { Shapes } from './shape.ts'

/** The tables of jobs. */
export const job_shapes: Pick<Shapes, 'jobs' | 'job_files' | 'job_file_chunks'> = {
  jobs: {
    tenant_id: 'text',
    job_id: 'text',
    kind: 'text',
    state: 'text',
    running_kind: 'text?',
    input: 'text',
    cursor: 'text?',
    progress_done: 'integer',
    progress_total: 'integer?',
    error: 'text?',
    attempts: 'integer',
    lease_token: 'text?',
    lease_expires_at: 'integer?',
    run_at: 'integer',
    cancel_requested_at: 'integer?',
    created_at: 'integer',
    started_at: 'integer?',
    finished_at: 'integer?',
    updated_at: 'integer',
  },
  job_files: {
    tenant_id: 'text',
    job_id: 'text',
    name: 'text',
    write_id: 'text',
    size_bytes: 'integer?',
    chunks: 'integer?',
    created_at: 'integer',
  },
  job_file_chunks: {
    tenant_id: 'text',
    job_id: 'text',
    name: 'text',
    write_id: 'text',
    chunk_no: 'integer',
    sealed: 'text',
  },
}
