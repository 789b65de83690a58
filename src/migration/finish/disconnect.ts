import { scriptUnit } from '../../connections/run-action-script.ts'
import { rewriteStore, rewriteTimeMs } from '../../store/rewrite-store.ts'
import { endStep, ownFinish, type FinishJob, type FinishJobDeps, type OwnFinish } from './own-finish.ts'
import { addCounts, wipes, type WipeCursor } from './wipe.ts'

const first_cursor: WipeCursor = { nth: 0, after: '', wiped: [], kept: [] }

/** Wipes the next part. Returns where the job stands then; undefined where the step had ended before. */
async function wipeNext(
  deps: FinishJobDeps,
  job: FinishJob,
  { nth, after, wiped, kept }: WipeCursor,
): Promise<WipeCursor | undefined> {
  const wipe = wipes[nth]
  let own: OwnFinish | undefined
  let next: WipeCursor | undefined
  await job.commit(async (trx) => {
    own = await ownFinish(trx, job)
    next = undefined
    if (own && wipe) {
      const part = await wipe(trx, own.connection, { clock: deps.clock, after })
      next = {
        ...(part.after === undefined ? { nth: nth + 1, after: '' } : { nth, after: part.after }),
        wiped: addCounts(wiped, part.wiped),
        kept: addCounts(kept, part.kept),
      }
    }
    return { cursor: next ?? null, progress: { done: next?.nth ?? nth, total: wipes.length + 1 } }
  })
  if (own) deps.scripts.recycle(scriptUnit(own.connection))
  return next
}

/**
 * Wipes what is kept of the legacy store, in batches, and then rewrites the embedded store, so that no page of its files has the wiped bytes. A job
 * that resumes continues with the next batch.
 */
export async function disconnect(deps: FinishJobDeps, job: FinishJob): Promise<void> {
  let cursor = job.cursor ?? first_cursor
  while (cursor.nth < wipes.length) {
    const next = await wipeNext(deps, job, cursor)
    if (!next) return
    cursor = next
  }
  const progress = { done: wipes.length, total: wipes.length + 1 }
  await job.commit(async () => ({ cursor, progress }), { lease_ms: await rewriteTimeMs(deps.db) })
  await rewriteStore(deps.db)
  await job.commit(async (trx) => {
    const own = await ownFinish(trx, job)
    const { wiped, kept } = cursor
    if (own) await endStep(trx, deps, own, { facts: { ...own.finish.facts, wiped, kept } })
    return { cursor, progress: { done: wipes.length + 1, total: wipes.length + 1 } }
  })
}
