import type { FinishStep } from '../../contract/finish-steps.ts'

/** What each step does, and what can be undone after it. */
export const step_texts: Record<FinishStep, { does: string; undo: string }> = {
  no_op: {
    does: 'Replaces the scripts login and get_user by scripts that find no user, and keeps the originals. Logins, sign-ups and new passwords no longer ask the legacy store. People who have not moved can only get in by a new password, mailed to the address that the directory has of them.',
    undo: 'A rollback brings the scripts back.',
  },
  watch: {
    does: 'Counts, for the given time, the people who turn out not to have moved, the logins with unknown identifiers and the other programs that a sampling finds in the legacy store, and compares them with the accepted numbers. It starts no sampling: without one in that time, it is not known whether other programs use the legacy store.',
    undo: 'It changes nothing. A rollback forgets the numbers.',
  },
  convert: {
    does: 'Makes the connection a local one: options.enabledDatabaseCustomization and options.import_mode become false, and no script runs any more. Scripts and settings are kept.',
    undo: 'A rollback brings import mode and the scripts back.',
  },
  disconnect: {
    does: 'Wipes what is kept of the legacy store: the settings and sources of all scripts with their versions, egress entries, script logs, script calls, password hashes of the directory, loads that were not applied, samplings of other programs, and files and refused rows of jobs. The closing report is the same after it: it keeps the numbers of script calls, outages and versions by day. Then the embedded store is written anew; logins wait meanwhile, about a second for each 50 MB, and the disk needs space for a second copy.',
    undo: 'It cannot be undone: there is no rollback from here. Imported password hashes stay until their users log in, and what the directory says of people who have not moved stays, without hashes. Backups of before still have what was wiped.',
  },
}
