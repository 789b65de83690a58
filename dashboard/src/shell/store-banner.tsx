import { Alert } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore, type ReactElement } from 'react'
import { learnStoreState, onStoreChange, storeState } from '../client/store-state'
import { useMessages } from '../messages/use-messages'
import { formatTime } from '../ui/time'
import styles from './store-banner.module.css'

const every_ms = 5000

/** Says over every page that the server cannot write to its store, why and since when, until it can; then what is shown is read again. */
export function StoreBanner(): ReactElement | null {
  const t = useMessages()
  const state = useSyncExternalStore(onStoreChange, storeState)
  const client = useQueryClient()
  const is_shown = state !== undefined
  useEffect(() => {
    if (!is_shown) return
    const timer = setInterval(() => void askAgain(), every_ms)
    return () => {
      clearInterval(timer)
      void client.invalidateQueries()
    }
  }, [is_shown, client])
  if (!state) return null
  const { problem, since, reads_fail } = state
  const at = formatTime(t.ui.language, new Date(since))
  return (
    <div className={styles.banner}>
      <Alert color="red" variant="light" role="alert" title={t.shell.store.title[problem](at)}>
        {reads_fail ? t.shell.store.readsFail : t.shell.store.readsWork}
      </Alert>
    </div>
  )
}

// The check of the server, which writes. What it answers says whether the store can be written; not whether it can be read.
async function askAgain(): Promise<void> {
  const answer = await fetch('/health/ready', { cache: 'no-store' }).catch(() => undefined)
  if (answer?.ok === true) learnStoreState(answer, true)
}
